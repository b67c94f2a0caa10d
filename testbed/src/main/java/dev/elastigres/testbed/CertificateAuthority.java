package dev.elastigres.testbed;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// A throw-away certificate authority. Its certificates last for a day.
public final class CertificateAuthority {
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int UTF8_STRING = 0x0c;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final byte[] TRUE = {0x01, 0x01, (byte) 0xff};
    private static final byte[] COMMON_NAME = {0x06, 0x03, 0x55, 0x04, 0x03};
    private static final byte[] ORGANIZATION = {0x06, 0x03, 0x55, 0x04, 0x0a};
    private static final byte[] BASIC_CONSTRAINTS = {0x06, 0x03, 0x55, 0x1d, 0x13};
    private static final byte[] ALTERNATIVE_NAME = {0x06, 0x03, 0x55, 0x1d, 0x11};
    private static final byte[] ECDSA_WITH_SHA256 = {
        0x06, 0x08, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02
    };
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final char[] NO_PASSWORD = {};
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private final String name;
    private final KeyPair keys;
    private final IssuedCertificate own;
    private int serial = 1;

    /// A certificate and its key.
    public record IssuedCertificate(X509Certificate certificate, PrivateKey key) {

        public String certificatePem() {
            try {
                return pem("CERTIFICATE", certificate.getEncoded());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("it was decoded from its encoding", e);
            }
        }

        public String keyPem() {
            return pem("PRIVATE KEY", key.getEncoded());
        }
    }

    /// Whom a certificate is for.
    ///
    /// @param organization empty for none; Kubernetes takes it for a group
    /// @param hosts names and IPv4 addresses that a server with it has
    public record CertificateSubject(String commonName, String organization, List<String> hosts) {
        public CertificateSubject {
            hosts = List.copyOf(hosts);
        }

        /// A server on this machine alone, or a client.
        static CertificateSubject local(String commonName) {
            return new CertificateSubject(commonName, "", List.of("localhost", "127.0.0.1"));
        }
    }

    private CertificateAuthority(String name) throws GeneralSecurityException {
        this.name = name;
        keys = newKeys();
        own = issue(new CertificateSubject(name, "", List.of()), keys, true);
    }

    public static CertificateAuthority create(String name) throws GeneralSecurityException {
        return new CertificateAuthority(name);
    }

    /// The authority's own certificate, in PEM form.
    public String certificatePem() {
        return own.certificatePem();
    }

    /// A certificate for `commonName`, which is also good for a server on `localhost` and
    /// 127.0.0.1, with a new EC key.
    public IssuedCertificate issue(String commonName) throws GeneralSecurityException {
        return issue(commonName, newKeys());
    }

    /// The same with the key that is given.
    public IssuedCertificate issue(String commonName, KeyPair subject)
            throws GeneralSecurityException {
        return issue(CertificateSubject.local(commonName), subject, false);
    }

    /// A certificate for `subject`, with a new EC key.
    public IssuedCertificate issue(CertificateSubject subject) throws GeneralSecurityException {
        return issue(subject, newKeys(), false);
    }

    /// For clients: trusts nobody but this authority, and shows `own`, or nothing.
    public SSLContext clientContext(@Nullable IssuedCertificate own)
            throws GeneralSecurityException {
        try {
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, NO_PASSWORD);
            trusted.setCertificateEntry("authority", this.own.certificate());
            var trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);

            var keys = KeyStore.getInstance("PKCS12");
            keys.load(null, NO_PASSWORD);
            if (own != null)
                keys.setKeyEntry(
                        "own", own.key(), NO_PASSWORD, new Certificate[] {own.certificate()});
            var identity = KeyManagerFactory.getInstance("PKIX");
            identity.init(keys, NO_PASSWORD);

            var context = SSLContext.getInstance("TLS");
            context.init(identity.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException("a new key store reads nothing", e);
        }
    }

    private IssuedCertificate issue(CertificateSubject subject, KeyPair pair, boolean authority)
            throws GeneralSecurityException {
        byte[] algorithm = element(SEQUENCE, ECDSA_WITH_SHA256);
        byte[] body = body(subject, pair, authority, algorithm);
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(body);
        byte[] whole = element(SEQUENCE, body, algorithm, bits(signature.sign()));
        var certificate =
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(whole));
        return new IssuedCertificate((X509Certificate) certificate, pair.getPrivate());
    }

    /// The part that is signed (RFC 5280, 4.1).
    private byte[] body(
            CertificateSubject subject, KeyPair pair, boolean authority, byte[] algorithm) {
        Instant now = Instant.now();
        byte[] version3 = element(0xa0, element(INTEGER, new byte[] {2}));
        byte[] number = element(INTEGER, new byte[] {(byte) serial++});
        byte[] validity =
                element(SEQUENCE, time(now.minusSeconds(3600)), time(now.plusSeconds(86_400)));
        byte[] extension =
                authority
                        ? element(
                                SEQUENCE,
                                BASIC_CONSTRAINTS,
                                TRUE,
                                element(OCTET_STRING, element(SEQUENCE, TRUE)))
                        : element(
                                SEQUENCE,
                                ALTERNATIVE_NAME,
                                element(
                                        OCTET_STRING,
                                        element(SEQUENCE, alternativeNames(subject.hosts()))));
        return element(
                SEQUENCE,
                version3,
                number,
                algorithm,
                distinguished(name, ""),
                validity,
                distinguished(subject.commonName(), subject.organization()),
                pair.getPublic().getEncoded(),
                element(0xa3, element(SEQUENCE, extension)));
    }

    private static byte[] distinguished(String commonName, String organization) {
        byte[] name = attribute(COMMON_NAME, commonName);
        return organization.isEmpty()
                ? element(SEQUENCE, name)
                : element(SEQUENCE, attribute(ORGANIZATION, organization), name);
    }

    private static byte[] attribute(byte[] type, String value) {
        byte[] text = element(UTF8_STRING, value.getBytes(US_ASCII));
        return element(SET, element(SEQUENCE, type, text));
    }

    private static byte[][] alternativeNames(List<String> hosts) {
        return hosts.stream().map(CertificateAuthority::alternativeName).toArray(byte[][]::new);
    }

    private static byte[] alternativeName(String host) {
        if (!IPV4.matcher(host).matches()) return element(0x82, host.getBytes(US_ASCII));
        var address = new ByteArrayOutputStream();
        for (String part : host.split("\\.", -1)) address.write(Integer.parseInt(part));
        return element(0x87, address.toByteArray());
    }

    private static byte[] time(Instant time) {
        return element(GENERALIZED_TIME, TIME.format(time).getBytes(US_ASCII));
    }

    private static byte[] bits(byte[] content) {
        return element(BIT_STRING, new byte[] {0}, content);
    }

    /// One DER element around `parts`.
    private static byte[] element(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (byte[] part : parts) content.writeBytes(part);
        var element = new ByteArrayOutputStream();
        element.write(tag);
        int length = content.size();
        // The shortest form is the only right one.
        if (length >= 0x80) element.write(length < 0x100 ? 0x81 : 0x82);
        if (length >= 0x100) element.write(length >> 8);
        element.write(length);
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private static String pem(String label, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN %s-----\n%s\n-----END %1$s-----\n".formatted(label, base64);
    }
}
