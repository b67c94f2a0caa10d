package dev.elastigres.lab.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.cluster.Manifests;
import dev.elastigres.cluster.VmNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Agent and monitor in a cluster, installed with the manifests that users apply. All tests share
/// them.
final class InstalledDaemons {
    static final String NAMESPACE = "elastigres";

    private static final String RESIZES = "elastigres_agent_pod_resizes_total";
    private static final String BUDGET_CPUS = "elastigres_agent_budget_cpus";
    private static final String RECLAIMER = "ELASTIGRES_PODS_RECLAIMER";
    private static final int AGENT_PORT = 10400;
    private static final String OVERLAPPING =
            "{\"spec\":{\"minReadySeconds\":%d,\"updateStrategy\":"
                    + "{\"rollingUpdate\":{\"maxSurge\":1,\"maxUnavailable\":0}}}}";

    /// The cluster role's rule that permits the agent to resize pods.
    private static final String RULE = "/rules/1";

    private final LabCluster cluster;

    private InstalledDaemons(LabCluster cluster) {
        this.cluster = cluster;
    }

    /// Installs agent and monitor unless they are installed already. Returns when both are ready.
    static InstalledDaemons in(LabCluster cluster) throws Exception {
        var installed = new InstalledDaemons(cluster);
        if (!installed.isThere()) cluster.kubectl().apply(cluster.manifests());
        installed.awaitReady();
        return installed;
    }

    private boolean isThere() throws Exception {
        return cluster.kubectl()
                .tryRun("", "get", "daemonset/elastigres", "--namespace=" + NAMESPACE)
                .isDone();
    }

    void awaitReady() throws Exception {
        Manifests.awaitReady(cluster.kubectl());
    }

    /// Removes the permission to resize pods. Returns it, for [#allow].
    String forbidResizes() throws Exception {
        String rule = of("get", "clusterrole", NAMESPACE, "--output=jsonpath={.rules[1]}");
        assertThat(rule).contains("pods/resize");
        changeRole("{\"op\":\"remove\",\"path\":\"%s\"}".formatted(RULE));
        return rule;
    }

    void allow(String rule) throws Exception {
        changeRole("{\"op\":\"add\",\"path\":\"%s\",\"value\":%s}".formatted(RULE, rule));
    }

    private void changeRole(String operation) throws Exception {
        of("patch", "clusterrole", NAMESPACE, "--type=json", "--patch=[" + operation + "]");
    }

    /// Starts a rolling update of agent and monitor to equal ones. The old ones end when the new
    /// ones have been ready for `overlap`.
    void replace(Duration overlap) throws Exception {
        patch(OVERLAPPING.formatted(overlap.toSeconds()));
        of("rollout", "restart", "daemonset/elastigres");
    }

    /// Lets the old ones end as soon as the new ones are ready.
    void endOverlap() throws Exception {
        patch(OVERLAPPING.formatted(0));
    }

    private void patch(String change) throws Exception {
        of("patch", "daemonset", "elastigres", "--patch=" + change);
    }

    /// Disables the reclaimer as `reclaimer.enabled=false` does, until [#withReclaimer].
    void withoutReclaimer() throws Exception {
        setReclaimer("-");
    }

    void withReclaimer() throws Exception {
        setReclaimer("=/run/elastigres-reclaimer/reclaimer.sock");
    }

    private void setReclaimer(String value) throws Exception {
        of("set", "env", "daemonset/elastigres", "--containers=agent", RECLAIMER + value);
        of("rollout", "status", "daemonset/elastigres", "--timeout=180s");
        awaitReady();
    }

    /// Returns the number of resizes with this outcome, from the agent's metrics.
    int counted(String outcome) throws Exception {
        return (int) sum(it -> it.startsWith(RESIZES) && it.contains("\"" + outcome + "\""));
    }

    /// Returns the CPUs of the node that the agent can give to pods, from its metrics.
    double budgetCpus() throws Exception {
        return sum(it -> it.startsWith(BUDGET_CPUS + " "));
    }

    private double sum(Predicate<String> line) throws Exception {
        return cluster.page(pods().getFirst(), AGENT_PORT, "/metrics")
                .lines()
                .filter(line)
                .mapToDouble(it -> Double.parseDouble(it.substring(it.lastIndexOf(' ') + 1)))
                .sum();
    }

    /// Returns the log of the agent or of the monitor.
    String log(String container) throws Exception {
        return cluster.log(pods().getFirst(), container);
    }

    /// Returns the daemon pods on the tests' node: one, or two during a rolling update.
    List<LabPod> pods() throws Exception {
        String names =
                of(
                        "get",
                        "pods",
                        "--selector=app.kubernetes.io/name=elastigres",
                        "--field-selector=spec.nodeName=" + cluster.nodeName(),
                        "--output=jsonpath={range .items[*]}{.metadata.name}{\"\\n\"}{end}");
        return names.lines()
                .filter(it -> !it.isBlank())
                .map(it -> new LabPod(cluster.kubectl(), NAMESPACE, it))
                .toList();
    }

    /// Returns the runtime's id of a container of the first pod.
    String containerId(String container) throws Exception {
        String named = "?(@.name==\"" + container + "\")";
        String id = pods().getFirst().get("{.status.containerStatuses[" + named + "].containerID}");
        assertThat(id).isNotBlank();
        return id.replaceFirst("^containerd://", "");
    }

    /// Returns a file of a container's cgroup.
    String cgroupFile(VmCluster node, String container, String file) throws Exception {
        LabPod pod = pods().getFirst();
        String folder = VmNode.cgroup(pod.qualityOfService(), pod.uid(), containerId(container));
        return node.node().read(folder + "/" + file).strip();
    }

    private String of(String... arguments) throws Exception {
        var all = new ArrayList<>(List.of(arguments));
        all.add("--namespace=" + NAMESPACE);
        return cluster.kubectl().run(all.toArray(String[]::new));
    }
}
