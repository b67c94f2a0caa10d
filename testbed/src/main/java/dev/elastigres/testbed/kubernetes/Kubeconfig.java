package dev.elastigres.testbed.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.testbed.CertificateAuthority.IssuedCertificate;
import java.util.Base64;

/// Creates kubeconfig files.
///
/// @param server URL of the API server, such as `https://127.0.0.1:20443`
/// @param authority certificate of the trusted authority in PEM format
record Kubeconfig(String server, String authority) {

    /// Returns the text for a user with a token.
    String with(String token, String namespace) {
        return text("    token: " + token, namespace);
    }

    /// Returns the text for a user with a certificate.
    String with(IssuedCertificate own) {
        return text(
                "    client-certificate-data: %s%n    client-key-data: %s"
                        .formatted(base64(own.certificatePem()), base64(own.keyPem())),
                "default");
    }

    private String text(String user, String namespace) {
        return """
        apiVersion: v1
        kind: Config
        current-context: testbed
        clusters:
        - name: testbed
          cluster:
            server: %s
            certificate-authority-data: %s
        users:
        - name: testbed
          user:
        %s
        contexts:
        - name: testbed
          context:
            cluster: testbed
            user: testbed
            namespace: %s
        """
                .formatted(server, base64(authority), user, namespace);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
