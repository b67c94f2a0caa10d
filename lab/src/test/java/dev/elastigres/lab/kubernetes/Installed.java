package dev.elastigres.lab.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

/// Agent and monitor in the lab's cluster: the manifests that users apply, as they are, with the
/// image of this build. All tests share them.
final class Installed {
    private static final String NAMESPACE = "elastigres";
    private static final String RESIZES = "elastigres_agent_pod_resizes_total";
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

    /// Takes away the right to resize pods.
    void forbidResizes() throws Exception {
        cluster.kubectl()
                .run(
                        "patch",
                        "clusterrole",
                        NAMESPACE,
                        "--type=json",
                        "--patch=[{\"op\":\"remove\",\"path\":\"/rules/1\"}]");
    }

    /// How many resizes had an outcome, as the agent's metrics have it.
    int counted(String outcome) throws Exception {
        String address =
                cluster.kubectl()
                        .run(
                                "get",
                                "pods",
                                "--namespace=" + NAMESPACE,
                                "--output=jsonpath={.items[0].status.podIP}");
        String page = cluster.node().sh("busybox wget -qO- http://" + address + ":10400/metrics");
        return page.lines()
                .filter(it -> it.startsWith(RESIZES) && it.contains("\"" + outcome + "\""))
                .mapToInt(it -> (int) Double.parseDouble(it.substring(it.lastIndexOf(' ') + 1)))
                .sum();
    }

    /// The agent's log, or the monitor's.
    String log(String container) throws Exception {
        return cluster.node()
                .sh("cat /var/log/pods/" + NAMESPACE + "_elastigres-*/" + container + "/*.log");
    }

    /// Ends one of the two as the OOM killer would.
    void kill(String container) throws Exception {
        String id =
                cluster.kubectl()
                        .run(
                                "get",
                                "pods",
                                "--namespace=" + NAMESPACE,
                                "--selector=app.kubernetes.io/name=elastigres",
                                "--output=jsonpath={.items[0].status.containerStatuses[?(@.name==\""
                                        + container
                                        + "\")].containerID}")
                        .replaceFirst("^containerd://", "");
        assertThat(id).isNotBlank();
        cluster.node().sh("ctr --namespace k8s.io task kill --signal SIGKILL " + id);
    }
}
