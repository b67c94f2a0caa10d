package dev.elastigres.controller.admission;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;

/// A certificate (RFC 5280) with its private key, both for ECDSA with P-256 and SHA-256.
record SignedCertificate(X509Certificate certificate, PrivateKey key) {
    private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";
    private static final String ALTERNATIVE_NAMES = "2.5.29.17";
    private static final String SUBJECT_KEY = "2.5.29.14";
    private static final String AUTHORITY_KEY = "2.5.29.35";
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;
    private static final int SERIAL_BITS = 120;
    private static final int KEY_IDENTIFIER_LENGTH = 20;
    private static final byte[] SIGNS_CERTIFICATES = {0x04};
    private static final byte[] SIGNS = {(byte) 0x80};
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final SecureRandom RANDOM = new SecureRandom();

    /// The time in which a certificate is valid.
    record Validity(Instant from, Instant to) {}

    /// Returns a new authority, which signs its own certificate.
    ///
    /// @param name common name; a new authority needs another one than the old ones
    static SignedCertificate authority(String name, Validity validity)
            throws GeneralSecurityException {
        KeyPair pair = pair();
        var subject = new X500Principal("CN=" + name);
        byte[] extensions =
                DerWriter.sequence(
                        critical(
                                BASIC_CONSTRAINTS,
                                DerWriter.sequence(
                                        DerWriter.isTrue(), DerWriter.integer(BigInteger.ZERO))),
                        critical(KEY_USAGE, DerWriter.bits(2, SIGNS_CERTIFICATES)),
                        extension(SUBJECT_KEY, DerWriter.octets(identifier(pair.getPublic()))));
        return signed(pair, subject, validity, extensions, subject, pair.getPrivate());
    }

    /// Returns a new certificate of a server.
    ///
    /// @param names DNS names and IPv4 addresses of the server
    SignedCertificate server(List<String> names, Validity validity)
            throws GeneralSecurityException {
        KeyPair pair = pair();
        byte[] extensions =
                DerWriter.sequence(
                        critical(BASIC_CONSTRAINTS, DerWriter.sequence()),
                        critical(KEY_USAGE, DerWriter.bits(7, SIGNS)),
                        extension(
                                EXTENDED_KEY_USAGE,
                                DerWriter.sequence(DerWriter.identifier(SERVER_AUTHENTICATION))),
                        extension(ALTERNATIVE_NAMES, alternativeNames(names)),
                        extension(SUBJECT_KEY, DerWriter.octets(identifier(pair.getPublic()))),
                        extension(
                                AUTHORITY_KEY,
                                DerWriter.sequence(
                                        DerWriter.implicit(
                                                0, identifier(certificate.getPublicKey())))));
        return signed(
                pair,
                new X500Principal("CN=" + names.getFirst()),
                validity,
                extensions,
                certificate.getSubjectX500Principal(),
                key);
    }

    private static KeyPair pair() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
        return generator.generateKeyPair();
    }

    private static SignedCertificate signed(
            KeyPair pair,
            X500Principal subject,
            Validity validity,
            byte[] extensions,
            X500Principal issuer,
            PrivateKey signer)
            throws GeneralSecurityException {
        byte[] algorithm = DerWriter.sequence(DerWriter.identifier(ECDSA_WITH_SHA256));
        byte[] content =
                DerWriter.sequence(
                        // Version 3.
                        DerWriter.tagged(0, DerWriter.integer(BigInteger.TWO)),
                        DerWriter.integer(new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE)),
                        algorithm,
                        issuer.getEncoded(),
                        DerWriter.sequence(
                                DerWriter.time(validity.from), DerWriter.time(validity.to)),
                        subject.getEncoded(),
                        pair.getPublic().getEncoded(),
                        DerWriter.tagged(3, extensions));
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(signer);
        signature.update(content);
        byte[] certificate =
                DerWriter.sequence(content, algorithm, DerWriter.bits(0, signature.sign()));
        return new SignedCertificate(
                (X509Certificate)
                        CertificateFactory.getInstance("X.509")
                                .generateCertificate(new ByteArrayInputStream(certificate)),
                pair.getPrivate());
    }

    private static byte[] critical(String identifier, byte[] value) {
        return DerWriter.sequence(
                DerWriter.identifier(identifier), DerWriter.isTrue(), DerWriter.octets(value));
    }

    private static byte[] extension(String identifier, byte[] value) {
        return DerWriter.sequence(DerWriter.identifier(identifier), DerWriter.octets(value));
    }

    private static byte[] alternativeNames(List<String> names) {
        var all = new ArrayList<byte[]>();
        for (String each : names) {
            if (!IPV4.matcher(each).matches()) {
                all.add(DerWriter.implicit(DNS_NAME, each.getBytes(US_ASCII)));
                continue;
            }
            all.add(DerWriter.implicit(IP_ADDRESS, InetAddress.ofLiteral(each).getAddress()));
        }
        return DerWriter.sequence(all.toArray(byte[][]::new));
    }

    /// Returns an identifier of the key (RFC 7093, method 1).
    private static byte[] identifier(PublicKey key) throws GeneralSecurityException {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
        return Arrays.copyOf(hash, KEY_IDENTIFIER_LENGTH);
    }

    /// Returns whether `authority` signed the certificate.
    boolean isIssuedBy(X509Certificate authority) {
        try {
            certificate.verify(authority.getPublicKey());
            return certificate.getIssuerX500Principal().equals(authority.getSubjectX500Principal());
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    /// Returns the subject, without the key, which is secret.
    @Override
    public String toString() {
        return certificate.getSubjectX500Principal().getName();
    }
}
