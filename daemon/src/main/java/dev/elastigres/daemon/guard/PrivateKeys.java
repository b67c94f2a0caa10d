package dev.elastigres.daemon.guard;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Optional;

/// Reads private keys: PKCS #8, and the older forms of RSA and EC keys (PKCS #1, SEC 1), which omit
/// what the certificate contains.
final class PrivateKeys {
    private static final byte[] VERSION_ZERO = {0x02, 0x01, 0x00};
    private static final byte[] PROBE = new byte[32];

    private PrivateKeys() {}

    /// Returns the only key in `content`, which must belong to `certified`.
    static PrivateKey read(FileContent content, PublicKey certified) throws CredentialException {
        List<Pem.PemBlock> keys =
                Pem.read(content).stream()
                        .filter(block -> block.label().endsWith("PRIVATE KEY"))
                        .toList();
        if (keys.isEmpty()) throw content.unusable("it has no private key in PEM form");
        if (keys.size() > 1) throw content.unusable("it has more than one private key");
        Pem.PemBlock block = keys.getFirst();
        if (block.encrypted())
            throw content.unusable("its key needs a passphrase: write it without one");

        return half(content, isPkcs8(block), block.der(), certified);
    }

    /// Returns the first key in `content`, which must belong to `certified`. As in OpenSSL, the
    /// content may also be one unencrypted key in DER.
    ///
    /// @param passphrase passphrase of an encrypted key
    static PrivateKey readFirst(
            FileContent content, PublicKey certified, Optional<String> passphrase)
            throws CredentialException {
        if (content.isDer())
            return half(content, isPkcs8(content.bytes()), content.bytes(), certified);
        Pem.PemBlock block =
                Pem.read(content).stream()
                        .filter(it -> it.label().endsWith("PRIVATE KEY"))
                        .findFirst()
                        .orElseThrow(() -> content.unusable("it has no private key"));
        if (!block.encrypted()) return half(content, isPkcs8(block), block.der(), certified);
        if (passphrase.isEmpty())
            throw content.unusable("its key is encrypted, and no passphrase is given");
        byte[] der = EncryptedKeys.decrypt(content, block, passphrase.get());
        return half(content, block.cipher().isEmpty(), der, certified);
    }

    private static boolean isPkcs8(Pem.PemBlock block) {
        return block.label().equals("PRIVATE KEY");
    }

    /// Returns whether the key is PKCS #8, where the version is followed by the algorithm; in the
    /// older forms it is followed by the key.
    private static boolean isPkcs8(byte[] der) {
        try {
            DerReader fields = new DerReader(der).in(DerReader.SEQUENCE);
            return fields.number() <= 1 && fields.isNext(DerReader.SEQUENCE);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static PrivateKey half(
            FileContent content, boolean pkcs8, byte[] der, PublicKey certified)
            throws CredentialException {
        PrivateKey key;
        boolean matches;
        try {
            key =
                    KeyFactory.getInstance(certified.getAlgorithm())
                            .generatePrivate(
                                    new PKCS8EncodedKeySpec(pkcs8 ? der : wrapped(der, certified)));
            matches = areHalves(key, certified);
        } catch (GeneralSecurityException | RuntimeException _) {
            throw content.unusable(
                    "its key cannot be read as %s, which its certificate has"
                            .formatted(certified.getAlgorithm()));
        }
        if (!matches) throw content.unusable("its key does not belong to the certificate");
        return key;
    }

    private static boolean areHalves(PrivateKey key, PublicKey certified)
            throws GeneralSecurityException {
        String algorithm =
                switch (certified.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    case String other -> other;
                };
        var signing = Signature.getInstance(algorithm);
        signing.initSign(key);
        signing.update(PROBE);
        byte[] signature = signing.sign();

        var verifying = Signature.getInstance(algorithm);
        verifying.initVerify(certified);
        verifying.update(PROBE);
        return verifying.verify(signature);
    }

    /// Returns PKCS #8 (RFC 5208) around an older form: version, algorithm, key. The algorithm is
    /// copied from the public key.
    private static byte[] wrapped(byte[] key, PublicKey certified) {
        byte[] algorithm = new DerReader(certified.getEncoded()).in(DerReader.SEQUENCE).take();
        var fields = new ByteArrayOutputStream();
        fields.writeBytes(VERSION_ZERO);
        fields.writeBytes(algorithm);
        fields.writeBytes(element(DerReader.OCTET_STRING, key));
        return element(DerReader.SEQUENCE, fields.toByteArray());
    }

    private static byte[] element(int tag, byte[] content) {
        var element = new ByteArrayOutputStream();
        element.write(tag);
        // DER requires the shortest form.
        if (content.length >= 0x80) element.write(content.length < 0x100 ? 0x81 : 0x82);
        if (content.length >= 0x100) element.write(content.length >> 8);
        element.write(content.length);
        element.writeBytes(content);
        return element.toByteArray();
    }
}
