package dev.elastigres.testbed.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.testbed.TestbedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command lines of the control plane's programs, and the config files that they name.
record ControlPlaneArguments(ControlPlaneFiles files) {
    private static final String LOOPBACK = "127.0.0.1";
    private static final String SERVICE_RANGE = "10.96.0.0/24";
    private static final String ISSUER = "https://kubernetes.default.svc";

    private static final String AUDIT =
            """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived]
            rules:
            - {level: Metadata, userGroups: ["system:serviceaccounts"]}
            - {level: None}
            """;

    /// What is part of a control plane.
    enum ControlPlaneKind {
        /// The API server alone. Without controllers, pods get no accounts.
        BARE,
        /// The API server alone, with an audit log of service accounts.
        AUDITED,
        /// All programs, with service accounts and connections to nodes.
        WHOLE
    }

    /// Writes the config files that [#apiServer] names.
    void writeConfigs() throws TestbedException {
        files.write("audit.yaml", AUDIT);
        files.write("egress.yaml", egress());
    }

    /// @param clientPort port for clients
    /// @param peerPort port for peers
    List<String> etcd(int clientPort, int peerPort) {
        String peers = "http://%s:%d".formatted(LOOPBACK, peerPort);
        String address = "http://%s:%d".formatted(LOOPBACK, clientPort);
        return List.of(
                "--data-dir=" + files.file("etcd"),
                "--listen-client-urls=" + address,
                "--advertise-client-urls=" + address,
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--initial-cluster=default=" + peers,
                // The data need not survive a crash of the machine.
                "--unsafe-no-fsync",
                "--log-level=warn");
    }

    /// @param etcdPort port on which etcd serves clients
    List<String> apiServer(int port, int etcdPort, ControlPlaneKind kind) {
        var arguments = new ArrayList<>(serving(port));
        arguments.addAll(
                List.of(
                        "--etcd-servers=http://%s:%d".formatted(LOOPBACK, etcdPort),
                        "--token-auth-file=" + files.file("tokens"),
                        "--client-ca-file=" + files.file("authority.pem"),
                        "--authorization-mode=Node,RBAC",
                        "--enable-admission-plugins=NodeRestriction",
                        "--service-account-issuer=" + ISSUER,
                        "--service-account-key-file=" + files.file("accounts.pem"),
                        "--service-account-signing-key-file=" + files.file("accounts.key"),
                        "--service-cluster-ip-range=" + SERVICE_RANGE,
                        // The service reaches the port by another way.
                        "--endpoint-reconciler-type=none",
                        "--allow-privileged=true"));
        if (kind == ControlPlaneKind.WHOLE)
            arguments.addAll(
                    List.of(
                            "--egress-selector-config-file=" + files.file("egress.yaml"),
                            // Node addresses are of another network, so nodes are known by name.
                            "--kubelet-preferred-address-types=Hostname",
                            "--kubelet-client-certificate=" + files.file("kubelet-client.pem"),
                            "--kubelet-client-key=" + files.file("kubelet-client.key")));
        // The plugin requires accounts, which need controllers.
        else arguments.add("--disable-admission-plugins=ServiceAccount");
        if (kind == ControlPlaneKind.AUDITED)
            arguments.addAll(
                    List.of(
                            "--audit-policy-file=" + files.file("audit.yaml"),
                            "--audit-log-path=" + files.file("audit.log")));
        return arguments;
    }

    /// @param port port that answers whether kwok is ready
    List<String> kwok(Path kubeconfig, int port) throws IOException, TestbedException {
        try (var stages = ControlPlaneArguments.class.getResourceAsStream("kwok.yaml")) {
            if (stages == null) throw new IllegalStateException("not packed: kwok.yaml");
            Path config = files.write("kwok.yaml", new String(stages.readAllBytes(), UTF_8));
            return List.of(
                    "--kubeconfig=" + kubeconfig,
                    "--config=" + config,
                    "--manage-all-nodes=false",
                    "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
                    "--node-lease-duration-seconds=40",
                    "--server-address=%s:%d".formatted(LOOPBACK, port));
        }
    }

    /// Arguments of a program that serves HTTPS at `port` of the loopback address.
    List<String> serving(int port) {
        return List.of(
                "--bind-address=" + LOOPBACK,
                "--secure-port=" + port,
                "--tls-cert-file=" + files.file("server.pem"),
                "--tls-private-key-file=" + files.file("server.key"));
    }

    /// Sends the connections of the API server to nodes through the proxy.
    private String egress() {
        return """
        apiVersion: apiserver.k8s.io/v1beta1
        kind: EgressSelectorConfiguration
        egressSelections:
        - name: cluster
          connection: {proxyProtocol: HTTPConnect, transport: {uds: {udsName: "%s"}}}
        """
                .formatted(proxySocket());
    }

    /// The Unix socket of the proxy to the nodes.
    Path proxySocket() {
        return files.file("way-in");
    }
}
