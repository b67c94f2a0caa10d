package dev.elastigres.kubernetes.node;

import static dev.elastigres.kubernetes.SingleNodeCluster.NODE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.kubernetes.SingleNodeCluster;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tests that revoke the agent's rights to read objects, and grant them again.
@EnabledIf(
        value = "dev.elastigres.testbed.kubernetes.KubernetesBinaries#areThere",
        disabledReason = KubernetesBinaries.NEEDED)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class RightsTest {
    private SingleNodeCluster node;

    @BeforeAll
    void startNode(@TempDir Path cgroups) throws Exception {
        node = SingleNodeCluster.start(cgroups);
    }

    @AfterAll
    void stopNode() throws Exception {
        node.close();
    }

    @AfterEach
    void giveAllBack() throws Exception {
        node.plane().kubectl().apply(SingleNodeCluster.RIGHTS);
    }

    /// A running watch needs no right. It ends when the API server is restarted.
    @ParameterizedTest
    @ValueSource(strings = {"pods", "nodeplans"})
    void aRightToFollow(String resource) throws Exception {
        try (KubernetesClient client = node.client()) {
            var problems = new ActiveProblems(node.log());
            var api = new ApiClient(client, problems);
            try (var watch = watch(client, api, problems)) {
                node.await("all is known", () -> watch.unknown().isEmpty());
                String missing =
                        "it cannot list and watch " + resource + ": its account lacks the right";
                String said = "cannot list and watch " + resource + "  reason=";
                node.plane().kubectl().apply(without(resource));
                node.plane().killApiServer();
                node.plane().startApiServer();
                node.await("it is missed", () -> problems.all().equals(List.of(missing)));
                int lines = node.logged().split(said, -1).length;
                String pod = "during-" + resource;
                node.guaranteed(pod, 1);
                assertThat(watch.unknown()).as("what was known stays").isEmpty();
                assertThat(node.logged().split(said, -1)).as("it is said once").hasSize(lines);

                node.plane().kubectl().apply(SingleNodeCluster.RIGHTS);
                node.await("it is there again", () -> problems.all().isEmpty());
                node.await("what is new comes", () -> isChosen(watch, pod));
            }
        }
    }

    private static boolean isChosen(NodeWatcher watch, String pod) {
        return watch.chosen().containsKey(new PodName(SingleNodeCluster.NAMESPACE, pod));
    }

    @Test
    void theRightToReadTheNode() throws Exception {
        node.plane().kubectl().apply(without("nodes"));
        try (KubernetesClient client = node.client()) {
            var problems = new ActiveProblems(node.log());
            var api = new ApiClient(client, problems);
            try (var watch = watch(client, api, problems)) {
                node.await(
                        "it is missed",
                        () ->
                                problems.all()
                                        .equals(
                                                List.of(
                                                        "it cannot get nodes: its account lacks the right")));
                assertThat(watch.room()).as("nothing is handed out unseen").isEmpty();
                node.plane().kubectl().apply(SingleNodeCluster.RIGHTS);
                node.await("there is room", () -> watch.room().isPresent());
                assertThat(problems.all()).isEmpty();
                assertThat(node.logged().split("cannot get nodes", -1)).hasSize(2);
            }
        }
    }

    private NodeWatcher watch(KubernetesClient client, ApiClient api, ActiveProblems problems) {
        var watch = new NodeWatcher(client, api, NODE, node.choosing(client), problems, node.log());
        watch.start(() -> {}, _ -> {}, _ -> {});
        return watch;
    }

    /// Returns all rights except those on `resource`.
    private static String without(String resource) {
        String all = SingleNodeCluster.RIGHTS;
        String fewer = all.replace("resources: [%s],".formatted(resource), "resources: [none],");
        assertThat(fewer).isNotEqualTo(all);
        return fewer;
    }
}
