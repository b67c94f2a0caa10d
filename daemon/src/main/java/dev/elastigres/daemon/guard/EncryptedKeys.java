package dev.elastigres.daemon.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// Decrypts keys that OpenSSL has encrypted: PKCS #8 with PBES2 (RFC 8018) or an older scheme, and
/// the traditional PEM form, whose header names the cipher.
final class EncryptedKeys {
    private static final String PBES2 = "1.2.840.113549.1.5.13";
    private static final String PBKDF2 = "1.2.840.113549.1.5.12";
    private static final String SCRYPT = "1.3.6.1.4.1.11591.4.11";
    private static final String HMAC_PREFIX = "1.2.840.113549.2.";
    private static final String REMEDY = "; convert it with openssl pkcs8 -topk8 -v2 aes-256-cbc";

    /// Maximum iterations of the key derivation. OpenSSL writes 2,048; a file that would need an
    /// hour of computation is rejected.
    private static final int MAX_ITERATIONS = 10_000_000;

    private EncryptedKeys() {}

    private record BlockCipher(String algorithm, int keyBytes, int ivBytes) {
        byte[] decrypt(byte[] key, byte[] iv, byte[] encrypted) throws GeneralSecurityException {
            var cipher = Cipher.getInstance(algorithm + "/CBC/PKCS5Padding");
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(key, algorithm),
                    new IvParameterSpec(iv));
            return cipher.doFinal(encrypted);
        }
    }

    /// Returns the decrypted content of `block`: PKCS #8, or the older form that its label names.
    static byte[] decrypt(FileContent content, Pem.PemBlock block, String passphrase)
            throws CredentialException {
        try {
            Optional<byte[]> decrypted =
                    block.cipher().isEmpty()
                            ? pkcs8(block.der(), passphrase)
                            : older(block.cipher(), block.der(), passphrase);
            if (decrypted.isPresent()) return decrypted.get();
        } catch (GeneralSecurityException | IOException | RuntimeException _) {
            throw content.unusable(
                    "its key cannot be decrypted: the passphrase is wrong or the file is corrupt");
        }
        throw content.unusable("its key is encrypted in a way that is not supported" + REMEDY);
    }

    /// Returns the decrypted content; empty if the scheme is not supported.
    private static Optional<byte[]> pkcs8(byte[] der, String passphrase)
            throws GeneralSecurityException, IOException {
        DerReader info = new DerReader(der).in(DerReader.SEQUENCE);
        DerReader algorithm = info.in(DerReader.SEQUENCE);
        byte[] encrypted = info.content(DerReader.OCTET_STRING);
        return algorithm.identifier().equals(PBES2)
                ? pbes2(algorithm.in(DerReader.SEQUENCE), encrypted, passphrase)
                : Optional.of(pbes1(new EncryptedPrivateKeyInfo(der), passphrase));
    }

    private static Optional<byte[]> pbes2(DerReader parameters, byte[] encrypted, String passphrase)
            throws GeneralSecurityException {
        DerReader derivation = parameters.in(DerReader.SEQUENCE);
        DerReader scheme = parameters.in(DerReader.SEQUENCE);
        Optional<BlockCipher> cipher = cipher(scheme.identifier());
        String function = derivation.identifier();
        if (function.equals(SCRYPT) || cipher.isEmpty()) return Optional.empty();
        if (!function.equals(PBKDF2)) return Optional.empty();

        DerReader rules = derivation.in(DerReader.SEQUENCE);
        byte[] salt = rules.content(DerReader.OCTET_STRING);
        int iterations = rules.number();
        if (iterations > MAX_ITERATIONS) return Optional.empty();
        if (rules.isNext(DerReader.INTEGER)) rules.number();
        String hmac =
                rules.isAtEnd() ? HMAC_PREFIX + "7" : rules.in(DerReader.SEQUENCE).identifier();
        Optional<String> name = hmac(hmac);
        if (name.isEmpty()) return Optional.empty();

        var spec =
                new PBEKeySpec(
                        passphrase.toCharArray(), salt, iterations, cipher.get().keyBytes() * 8);
        byte[] key =
                SecretKeyFactory.getInstance("PBKDF2WithHmac" + name.get())
                        .generateSecret(spec)
                        .getEncoded();
        byte[] iv = scheme.content(DerReader.OCTET_STRING);
        return Optional.of(cipher.get().decrypt(key, iv, encrypted));
    }

    private static Optional<BlockCipher> cipher(String identifier) {
        return switch (identifier) {
            case "2.16.840.1.101.3.4.1.2", "AES-128-CBC" ->
                    Optional.of(new BlockCipher("AES", 16, 16));
            case "2.16.840.1.101.3.4.1.22", "AES-192-CBC" ->
                    Optional.of(new BlockCipher("AES", 24, 16));
            case "2.16.840.1.101.3.4.1.42", "AES-256-CBC" ->
                    Optional.of(new BlockCipher("AES", 32, 16));
            case "1.2.840.113549.3.7", "DES-EDE3-CBC" ->
                    Optional.of(new BlockCipher("DESede", 24, 8));
            case "DES-CBC" -> Optional.of(new BlockCipher("DES", 8, 8));
            default -> Optional.empty();
        };
    }

    private static Optional<String> hmac(String identifier) {
        return switch (identifier) {
            case HMAC_PREFIX + "7" -> Optional.of("SHA1");
            case HMAC_PREFIX + "8" -> Optional.of("SHA224");
            case HMAC_PREFIX + "9" -> Optional.of("SHA256");
            case HMAC_PREFIX + "10" -> Optional.of("SHA384");
            case HMAC_PREFIX + "11" -> Optional.of("SHA512");
            default -> Optional.empty();
        };
    }

    /// Decrypts the schemes before PBES2, which the JDK supports by their names.
    private static byte[] pbes1(EncryptedPrivateKeyInfo info, String passphrase)
            throws GeneralSecurityException {
        var key =
                SecretKeyFactory.getInstance(info.getAlgName())
                        .generateSecret(new PBEKeySpec(passphrase.toCharArray()));
        return info.getKeySpec(key).getEncoded();
    }

    /// Decrypts the traditional PEM form.
    ///
    /// @param header cipher and initialization vector: `AES-256-CBC,0A1B…`
    private static Optional<byte[]> older(String header, byte[] encrypted, String passphrase)
            throws GeneralSecurityException {
        int comma = header.indexOf(',');
        if (comma < 0) return Optional.empty();
        Optional<BlockCipher> cipher = cipher(header.substring(0, comma));
        if (cipher.isEmpty()) return Optional.empty();
        byte[] iv = HexFormat.of().parseHex(header.substring(comma + 1).strip());
        byte[] key = md5Key(passphrase.getBytes(UTF_8), iv, cipher.get().keyBytes());
        return Optional.of(cipher.get().decrypt(key, iv, encrypted));
    }

    /// Derives the key of the traditional form: MD5 of the previous digest, the passphrase and a
    /// salt, repeated until there are enough bytes. The salt is the beginning of the initialization
    /// vector.
    private static byte[] md5Key(byte[] passphrase, byte[] iv, int length)
            throws GeneralSecurityException {
        byte[] key = new byte[length];
        byte[] last = {};
        for (int filled = 0; filled < length; filled += last.length) {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            md5.update(last);
            md5.update(passphrase);
            md5.update(Arrays.copyOf(iv, 8));
            last = md5.digest();
            System.arraycopy(last, 0, key, filled, Math.min(last.length, length - filled));
        }
        return key;
    }
}
