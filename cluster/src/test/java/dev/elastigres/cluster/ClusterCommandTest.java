package dev.elastigres.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.protocol.json.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ClusterCommandTest {
    private static final ClusterSummary WELCOME =
            new ClusterSummary(
                    "1.35.4",
                    Path.of("/tmp/x/admin.kubeconfig"),
                    Path.of("/cache/1.35.4/kubectl"),
                    List.of("node-1"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--nodes 2",
                "--nodes host",
                "--nodes host:0",
                "--nodes host:10",
                "--nodes vm:1,vm:2",
                "--nodes vm:1,",
                "--nodes",
                "more",
                "--image",
                "--image /no/such/file"
            })
    void wrongUsageIsTwo(String line) {
        var command =
                new CommandLine(new ClusterCommand()).setErr(new PrintWriter(new StringWriter()));
        assertThat(command.execute(line.split(" ", -1))).isEqualTo(2);
    }

    @Test
    void nodesAreCountedByKind() {
        assertThat(NodeCounts.parse("host:2,vm:1")).isEqualTo(new NodeCounts(2, 1));
        assertThat(NodeCounts.parse("vm:3")).isEqualTo(new NodeCounts(0, 3));
        assertThat(new NodeCounts(2, 1).names()).containsExactly("node-1", "node-2", "node-3");
    }

    @Test
    void jsonListsConnectionDetails() throws Exception {
        assertThat(Json.parse(WELCOME.json().compact())).isEqualTo(WELCOME.json());
        assertThat(WELCOME.json().text("kubectl")).contains("/cache/1.35.4/kubectl");
    }

    @Test
    void welcomeTextListsCommands() {
        assertThat(WELCOME.text())
                .isEqualTo(
                        """
                        Kubernetes 1.35.4 is up, with one node; Ctrl-C ends it. In another terminal:
                          export KUBECONFIG=/tmp/x/admin.kubeconfig PATH=/cache/1.35.4:$PATH
                          sed 's,postgres:17,elastigres.dev/lab/postgres:15,' deploy/kubernetes/example.yaml | kubectl apply -f -
                          kubectl get pga -w
                          kubectl exec -i postgres-0 -- sh -c 'pgbench -U postgres -i -s 50 && pgbench -U postgres -c 8 -T 120'\
                        """);
        assertThat(WELCOME.bare()).contains("  helm install elastigres ").doesNotContain("pga");
    }
}
