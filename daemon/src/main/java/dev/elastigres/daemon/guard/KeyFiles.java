package dev.elastigres.daemon.guard;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/// Reads certificates and keys of a client, from the files that OpenSSL accepts.
public final class KeyFiles {
    private KeyFiles() {}

    /// Returns all certificates of a PEM file, at least one, in their order.
    ///
    /// @param file the PEM file
    /// @throws CredentialException if it cannot be read or has no certificate
    public static List<X509Certificate> certificates(Path file) throws CredentialException {
        return Certificates.read(FileContent.read(file));
    }

    /// Returns the first key of `file`, in PEM or DER, as PKCS #8, PKCS #1 or SEC 1.
    ///
    /// @param file the key file
    /// @param certified the public key that the key must belong to
    /// @param passphrase passphrase of an encrypted key: PKCS #8 with PBES2 (PBKDF2, and AES or
    ///     triple DES) or PBES1, or the traditional PEM form
    /// @throws CredentialException if the file has no usable key
    public static PrivateKey privateKey(Path file, PublicKey certified, Optional<String> passphrase)
            throws CredentialException {
        return PrivateKeys.readFirst(FileContent.read(file), certified, passphrase);
    }
}
