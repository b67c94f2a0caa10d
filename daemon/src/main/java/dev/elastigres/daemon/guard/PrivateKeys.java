package dev.elastigres.daemon.guard;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;

/// Private keys as PEM files have them: PKCS #8, and the older forms of RSA and EC keys, which
/// leave out what the certificate says as well.
final class PrivateKeys {
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final byte[] VERSION_ZERO = {0x02, 0x01, 0x00};
    private static final byte[] PROBE = new byte[32];

    private PrivateKeys() {}

    /// The only key in `content`, which is the other half of `certified`.
    static PrivateKey read(Content content, PublicKey certified) throws CredentialException {
        List<Pem.Block> keys =
                Pem.read(content).stream()
                        .filter(block -> block.label().endsWith("PRIVATE KEY"))
                        .toList();
        if (keys.isEmpty()) throw content.unusable("it has no private key in PEM form");
        if (keys.size() > 1) throw content.unusable("it has more than one private key");
        Pem.Block block = keys.getFirst();
        if (block.encrypted())
            throw content.unusable("its key needs a passphrase: write it without one");

        PrivateKey key;
        boolean matches;
        try {
            byte[] pkcs8 =
                    block.label().equals("PRIVATE KEY")
                            ? block.der()
                            : wrapped(block.der(), certified);
            key =
                    KeyFactory.getInstance(certified.getAlgorithm())
                            .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
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

    /// PKCS #8 (RFC 5208) around an older form: version, algorithm, key. The algorithm is spelled
    /// as in the public key.
    private static byte[] wrapped(byte[] key, PublicKey certified) {
        byte[] algorithm = firstElement(certified.getEncoded());
        var fields = new ByteArrayOutputStream();
        fields.writeBytes(VERSION_ZERO);
        fields.writeBytes(algorithm);
        fields.writeBytes(element(OCTET_STRING, key));
        return element(SEQUENCE, fields.toByteArray());
    }

    private static byte[] element(int tag, byte[] content) {
        var element = new ByteArrayOutputStream();
        element.write(tag);
        // The shortest form is the only right one.
        if (content.length >= 0x80) element.write(content.length < 0x100 ? 0x81 : 0x82);
        if (content.length >= 0x100) element.write(content.length >> 8);
        element.write(content.length);
        element.writeBytes(content);
        return element.toByteArray();
    }

    /// The first element of the sequence that `der` is.
    private static byte[] firstElement(byte[] der) {
        int start = contentStart(der, 0);
        int content = contentStart(der, start);
        return Arrays.copyOfRange(der, start, content + length(der, start));
    }

    private static int contentStart(byte[] der, int element) {
        int first = der[element + 1] & 0xff;
        return element + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int length(byte[] der, int element) {
        int length = der[element + 1] & 0xff;
        if (length < 0x80) return length;
        int bytes = length & 0x7f;
        length = 0;
        for (int i = 0; i < bytes; i++) length = length << 8 | (der[element + 2 + i] & 0xff);
        return length;
    }
}
