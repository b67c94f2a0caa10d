package dev.elastigres.lab.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.cli.cluster.PodImages;
import dev.elastigres.lab.Await;
import dev.elastigres.testbed.kubernetes.Kubectl;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.sql.DriverManager;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What a person does with a pod, by way of the API server and the kubelet.
@InCluster
class WayInTest {
    private static final int PORT = 5455;
    private static final Pattern FORWARDING =
            Pattern.compile("Forwarding from 127\\.0\\.0\\.1:(\\d+) -> " + PORT);

    @Test
    void kubectlGoesIntoAPod(VmCluster cluster) throws Exception {
        String namespace = cluster.namespace();
        Pod pod = PostgresPods.start(cluster, namespace, "entered", PORT, "250m", "256Mi");
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
                .isEqualTo(new Kubectl.Result(0, "42\n", ""));
        assertThat(kubectl.tryRun("", "exec", pod.name(), there, "--", "sh", "-c", "exit 3"))
                .extracting(Kubectl.Result::exitCode)
                .isEqualTo(3);
        Await.until(
                "its log is there",
                () -> kubectl.run("logs", pod.name(), there),
                it -> it.contains("database system is ready to accept connections"));
        cluster.delete(namespace);
    }

    @Test
    void aPortOfAPodIsForwarded(VmCluster cluster) throws Exception {
        String namespace = cluster.namespace();
        Pod pod = PostgresPods.start(cluster, namespace, "forwarded", PORT, "250m", "256Mi");
        Process forward =
                new ProcessBuilder(
                                cluster.kubectl().program().toString(),
                                "--kubeconfig=" + cluster.kubeconfig(),
                                "port-forward",
                                "pod/" + pod.name(),
                                "--namespace=" + namespace,
                                ":" + PORT)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (var said =
                new BufferedReader(new InputStreamReader(forward.getInputStream(), UTF_8))) {
            String line = said.readLine();
            assertThat(line).isNotNull();
            Matcher matcher = FORWARDING.matcher(line);
            assertThat(matcher.find()).as(line).isTrue();
            String url = "jdbc:postgresql://127.0.0.1:%s/postgres".formatted(matcher.group(1));
            try (var connection = DriverManager.getConnection(url, "postgres", PodImages.PASSWORD);
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery("show port")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo(Integer.toString(PORT));
            }
        } finally {
            forward.destroyForcibly();
        }
        cluster.delete(namespace);
    }
}
