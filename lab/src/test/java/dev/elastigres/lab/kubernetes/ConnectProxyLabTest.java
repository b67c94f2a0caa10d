package dev.elastigres.lab.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.cluster.PodImages;
import dev.elastigres.lab.LabAwait;
import dev.elastigres.testbed.kubernetes.Kubectl;
import org.junit.jupiter.api.Test;

/// Tests `kubectl` commands that use a pod through the API server and the kubelet.
@OnAnyNode
class ConnectProxyLabTest {
    private static final int PORT = 5470;

    @Test
    void kubectlReachesPodThroughProxy(LabCluster cluster) throws Exception {
        String namespace = cluster.namespace();
        LabPod pod = PostgresPods.start(cluster, namespace, "entered", PORT, "250m", "256Mi");
        Kubectl kubectl = cluster.kubectl();
        String there = "--namespace=" + namespace;

        assertThat(kubectl.run("exec", pod.name(), there, "--", "psql", "-Atc", "show port"))
                .isEqualTo(PORT + "\n");
        assertThat(
                        kubectl.tryRun(
                                "select 6 * 7",
                                "exec",
                                "--stdin",
                                pod.name(),
                                there,
                                "--",
                                "psql",
                                "-At"))
                .isEqualTo(new Kubectl.KubectlResult(0, "42\n", ""));
        assertThat(kubectl.tryRun("", "exec", pod.name(), there, "--", "sh", "-c", "exit 3"))
                .extracting(Kubectl.KubectlResult::exitCode)
                .isEqualTo(3);
        LabAwait.until(
                "its log is there",
                () -> kubectl.run("logs", pod.name(), there),
                it -> it.contains("database system is ready to accept connections"));
        try (var forward = PortForward.to(kubectl, pod, PORT);
                var connection = forward.connect("postgres", PodImages.PASSWORD);
                var statement = connection.createStatement();
                var rows = statement.executeQuery("show port")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo(Integer.toString(PORT));
        }
        cluster.delete(namespace);
    }
}
