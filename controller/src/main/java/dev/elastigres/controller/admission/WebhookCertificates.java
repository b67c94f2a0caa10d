package dev.elastigres.controller.admission;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The authority and the serving certificate of the webhook, as they are in its Secret.
///
/// @param authority the newest authority
/// @param older the authorities before it that have not expired
/// @param serving the certificate of the server
record WebhookCertificates(
        SignedCertificate authority, List<X509Certificate> older, SignedCertificate serving) {
    static final String AUTHORITY_CERTIFICATE = "ca.crt";
    static final String AUTHORITY_KEY = "ca.key";
    static final String CERTIFICATE = "tls.crt";
    static final String KEY = "tls.key";

    private static final String CERTIFICATE_LABEL = "CERTIFICATE";
    private static final String KEY_LABEL = "PRIVATE KEY";
    private static final int LINE_LENGTH = 64;
    private static final int MAX_AUTHORITIES = 10;

    WebhookCertificates {
        older = List.copyOf(older);
    }

    /// Reads the content of a Secret.
    ///
    /// @param data values in base64
    /// @throws GeneralSecurityException if it is incomplete or not understood; the message contains
    ///     no part of it
    static WebhookCertificates of(Map<String, String> data) throws GeneralSecurityException {
        List<X509Certificate> authorities = certificates(data, AUTHORITY_CERTIFICATE);
        if (authorities.size() > MAX_AUTHORITIES)
            throw new GeneralSecurityException(
                    AUTHORITY_CERTIFICATE + " has more than " + MAX_AUTHORITIES + " certificates");
        List<X509Certificate> serving = certificates(data, CERTIFICATE);
        return new WebhookCertificates(
                new SignedCertificate(authorities.getFirst(), key(data, AUTHORITY_KEY)),
                authorities.subList(1, authorities.size()),
                new SignedCertificate(serving.getFirst(), key(data, KEY)));
    }

    /// Returns the content of a Secret, values in base64.
    Map<String, String> data() {
        var data = new LinkedHashMap<String, String>();
        data.put(AUTHORITY_CERTIFICATE, bundle());
        data.put(AUTHORITY_KEY, base64(pem(KEY_LABEL, authority.key().getEncoded())));
        data.put(CERTIFICATE, base64(pem(serving.certificate())));
        data.put(KEY, base64(pem(KEY_LABEL, serving.key().getEncoded())));
        return data;
    }

    /// Returns the certificates of all authorities as PEM in base64, as a webhook's `caBundle`.
    String bundle() {
        var all = new StringBuilder(pem(authority.certificate()));
        for (X509Certificate each : older) all.append(pem(each));
        return base64(all.toString());
    }

    private static String pem(X509Certificate certificate) {
        try {
            return pem(CERTIFICATE_LABEL, certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read cannot be written", e);
        }
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(
                        label,
                        Base64.getMimeEncoder(LINE_LENGTH, new byte[] {'\n'}).encodeToString(der),
                        label);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));
    }

    private static byte[] content(Map<String, String> data, String name)
            throws GeneralSecurityException {
        String text = data.get(name);
        if (text == null) throw new GeneralSecurityException(name + " is missing");
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            throw new GeneralSecurityException(name + " is not base64");
        }
    }

    private static List<X509Certificate> certificates(Map<String, String> data, String name)
            throws GeneralSecurityException {
        var all = new ArrayList<X509Certificate>();
        for (var each :
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(content(data, name))))
            if (each instanceof X509Certificate it) all.add(it);
        if (all.isEmpty()) throw new GeneralSecurityException(name + " has no certificate");
        return all;
    }

    private static PrivateKey key(Map<String, String> data, String name)
            throws GeneralSecurityException {
        String base64 =
                new String(content(data, name), US_ASCII)
                        .replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "")
                        .replaceAll("\\s", "");
        try {
            return KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            throw new GeneralSecurityException(name + " is not an EC key in PKCS #8");
        }
    }

    /// Returns the names, without the keys, which are secret.
    @Override
    public String toString() {
        return "certificates of " + serving + " by " + authority;
    }
}
