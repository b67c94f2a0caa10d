package dev.elastigres.daemon.guard;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/// Reads certificates from PEM files.
final class Certificates {
    private Certificates() {}

    /// Returns all certificates, at least one. Other blocks are skipped.
    static List<X509Certificate> read(FileContent content) throws CredentialException {
        var certificates = new ArrayList<X509Certificate>();
        try {
            var factory = CertificateFactory.getInstance("X.509");
            for (Pem.PemBlock block : Pem.read(content))
                if (isCertificate(block.label()))
                    certificates.add(
                            (X509Certificate)
                                    factory.generateCertificate(
                                            new ByteArrayInputStream(block.der())));
        } catch (CertificateException _) {
            throw content.unusable("a certificate in it cannot be read");
        }
        if (certificates.isEmpty()) throw content.unusable("it has no certificate in PEM form");
        return certificates;
    }

    /// Returns whether the label is the current or the former one of certificates.
    private static boolean isCertificate(String label) {
        return label.equals("CERTIFICATE") || label.equals("X509 CERTIFICATE");
    }
}
