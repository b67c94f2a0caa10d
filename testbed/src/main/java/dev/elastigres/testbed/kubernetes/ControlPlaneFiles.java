package dev.elastigres.testbed.kubernetes;

import dev.elastigres.testbed.CertificateAuthority;
import dev.elastigres.testbed.CertificateAuthority.CertificateSubject;
import dev.elastigres.testbed.TestbedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.List;

/// The files of a control plane: its certificates, and those that its programs read. They have
/// secrets, and only their owner may read them.
///
/// @param port of the API server
record ControlPlaneFiles(Path home, CertificateAuthority authority, int port) {
    void writeCertificates() throws TestbedException, GeneralSecurityException {
        var server =
                authority.issue(
                        new CertificateSubject(
                                "kube-apiserver",
                                "",
                                List.of(
                                        "localhost",
                                        "kubernetes",
                                        "kubernetes.default",
                                        "kubernetes.default.svc",
                                        ApiServerAccess.HOST.address(),
                                        ApiServerAccess.GUEST.address(),
                                        ApiServerAccess.SERVICE.address())));
        write("authority.pem", authority.certificatePem());
        write("server.pem", server.certificatePem());
        write("server.key", server.keyPem());
        var kubeletClient =
                authority.issue(
                        new CertificateSubject(
                                "kube-apiserver-kubelet-client", "system:masters", List.of()));
        write("kubelet-client.pem", kubeletClient.certificatePem());
        write("kubelet-client.key", kubeletClient.keyPem());
        var accounts = authority.issue("accounts");
        write("accounts.pem", accounts.certificatePem());
        write("accounts.key", accounts.keyPem());
    }

    /// URL of the API server.
    String server(ApiServerAccess from) {
        int asSeen = from == ApiServerAccess.SERVICE ? ControlPlane.SERVICE_PORT : port;
        return "https://%s:%d".formatted(from.address(), asSeen);
    }

    Kubeconfig kubeconfig(ApiServerAccess from) {
        return new Kubeconfig(server(from), authority.certificatePem());
    }

    /// Writes a file that only its owner may read.
    Path write(String name, String text) throws TestbedException {
        Path file = file(name);
        try {
            Files.deleteIfExists(file);
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new TestbedException("cannot write " + file, e);
        }
    }

    Path file(String name) {
        return home.resolve(name);
    }
}
