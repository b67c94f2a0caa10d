package dev.elastigres.lab.kubernetes;

import java.nio.file.Files;
import java.nio.file.Path;

/// Agent and monitor in the lab's cluster: the manifests that users apply, as they are, with the
/// image of this build. All tests share them.
final class Installed {
    private static final String NAMESPACE = "elastigres";
    private static final Path DEPLOY = Path.of("../deploy/kubernetes");

    private final VmCluster cluster;

    private Installed(VmCluster cluster) {
        this.cluster = cluster;
    }

    /// Returns when both are ready.
    static Installed in(VmCluster cluster) throws Exception {
        var installed = new Installed(cluster);
        if (!installed.isThere()) {
            cluster.node().importImage(Path.of(System.getProperty("lab.node-image")));
            installed.apply();
        }
        cluster.kubectl()
                .run(
                        "rollout",
                        "status",
                        "daemonset/elastigres",
                        "--namespace=" + NAMESPACE,
                        "--timeout=180s");
        return installed;
    }

    private boolean isThere() throws Exception {
        return cluster.kubectl()
                .tryRun("", "get", "daemonset/elastigres", "--namespace=" + NAMESPACE)
                .isDone();
    }

    /// What a user applies. Also brings back what a test has taken away.
    void apply() throws Exception {
        cluster.kubectl().apply(Files.readString(DEPLOY.resolve("elastigres.yaml")));
    }

    /// The agent's log, or the monitor's.
    String log(String container) throws Exception {
        return cluster.node()
                .sh("cat /var/log/pods/" + NAMESPACE + "_elastigres-*/" + container + "/*.log");
    }
}
