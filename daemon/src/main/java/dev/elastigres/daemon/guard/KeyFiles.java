package dev.elastigres.daemon.guard;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/// Certificates and keys of a client, out of files as OpenSSL reads them.
public final class KeyFiles {
    private KeyFiles() {}

    /// All certificates of a PEM file, at least one, in their order.
    public static List<X509Certificate> certificates(Path file) throws CredentialException {
        return Certificates.read(FileContent.read(file));
    }

    /// The first key of `file`, which must belong to `certified`: in PEM or DER, as PKCS #8,
    /// PKCS #1 or SEC 1.
    ///
    /// @param passphrase for a key that is encrypted: PKCS #8 with PBES2 (PBKDF2, and AES or triple
    ///     DES) or PBES1, or the older PEM form
    public static PrivateKey privateKey(Path file, PublicKey certified, Optional<String> passphrase)
            throws CredentialException {
        return PrivateKeys.readFirst(FileContent.read(file), certified, passphrase);
    }
}
