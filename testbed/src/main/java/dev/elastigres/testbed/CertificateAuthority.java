package dev.elastigres.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/// A temporary certificate authority. Its certificates are valid for a day.
public final class CertificateAuthority {
    private static final Duration VALIDITY = Duration.ofDays(1);
    /// Time by which the start of validity precedes the issue, for clocks that are behind.
    private static final Duration BACKDATED = Duration.ofHours(1);
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final char[] NO_PASSWORD = {};

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

    /// The subject of a certificate.
    ///
    /// @param commonName common name; a user's name for Kubernetes
    /// @param organization organization, which Kubernetes uses as a group; empty for none
    /// @param hosts names and IPv4 addresses of a server with this certificate
    public record CertificateSubject(String commonName, String organization, List<String> hosts) {
        public CertificateSubject {
            hosts = List.copyOf(hosts);
        }

        /// Returns a subject for a client, or for a server on the loopback address.
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

    /// Returns the authority's own certificate in PEM format.
    public String certificatePem() {
        return own.certificatePem();
    }

    /// Issues a certificate for `commonName` with a new EC key. It is also valid for a server on
    /// `localhost` and 127.0.0.1.
    public IssuedCertificate issue(String commonName) throws GeneralSecurityException {
        return issue(commonName, newKeys());
    }

    /// Like [#issue(String)], with the given key pair.
    public IssuedCertificate issue(String commonName, KeyPair subject)
            throws GeneralSecurityException {
        return issue(CertificateSubject.local(commonName), subject, false);
    }

    /// Issues a certificate for `subject` with a new EC key.
    public IssuedCertificate issue(CertificateSubject subject) throws GeneralSecurityException {
        return issue(subject, newKeys(), false);
    }

    /// Returns a context for clients that trusts only this authority.
    ///
    /// @param own the client's certificate; null for none
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
        Instant now = Instant.now();
        var certificate =
                new JcaX509v3CertificateBuilder(
                        distinguishedName(name, ""),
                        BigInteger.valueOf(serial++),
                        Date.from(now.minus(BACKDATED)),
                        Date.from(now.plus(VALIDITY)),
                        distinguishedName(subject.commonName(), subject.organization()),
                        pair.getPublic());
        try {
            if (authority)
                certificate.addExtension(
                        Extension.basicConstraints, true, new BasicConstraints(true));
            else
                certificate.addExtension(
                        Extension.subjectAlternativeName, false, alternativeNames(subject.hosts()));
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
            return new IssuedCertificate(
                    new JcaX509CertificateConverter().getCertificate(certificate.build(signer)),
                    pair.getPrivate());
        } catch (IOException | OperatorCreationException e) {
            throw new GeneralSecurityException("cannot issue a certificate for " + subject, e);
        }
    }

    private static X500Name distinguishedName(String commonName, String organization) {
        var name = new X500NameBuilder(BCStyle.INSTANCE);
        if (!organization.isEmpty()) name.addRDN(BCStyle.O, organization);
        return name.addRDN(BCStyle.CN, commonName).build();
    }

    private static GeneralNames alternativeNames(List<String> hosts) {
        return new GeneralNames(
                hosts.stream()
                        .map(
                                host ->
                                        new GeneralName(
                                                IPV4.matcher(host).matches()
                                                        ? GeneralName.iPAddress
                                                        : GeneralName.dNSName,
                                                host))
                        .toArray(GeneralName[]::new));
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
