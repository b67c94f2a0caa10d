package dev.elastigres.kubernetes.node;

import static dev.elastigres.kubernetes.SingleNodeCluster.NODE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.SingleNodeCluster;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledIf(
        value = "dev.elastigres.testbed.kubernetes.KubernetesBinaries#areThere",
        disabledReason = KubernetesBinaries.NEEDED)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class TemplateSizesTest {
    private static final String OWNER =
            """
            {"apiVersion":"apps/v1","kind":"%1$s","metadata":{"name":"pg","namespace":"db"},
             "spec":{"replicas":0,"selector":{"matchLabels":{"app":"pg"}},
              "template":{"metadata":{"labels":{"app":"pg"}},"spec":{"containers":[
               {"name":"sidecar","image":"none"},
               {"name":"postgres","image":"none","resources":{"limits":%2$s}}]}}}}
            """;

    private SingleNodeCluster node;
    private KubernetesClient client;
    private ActiveProblems problems;
    private NodeWatcher watch;
    private TemplateSizes templates;

    @BeforeAll
    void startNode(@TempDir Path cgroups) throws Exception {
        node = SingleNodeCluster.start(cgroups);
    }

    @AfterAll
    void stopNode() throws Exception {
        node.close();
    }

    @BeforeEach
    void start() throws Exception {
        client = node.client();
        problems = new ActiveProblems(node.log());
        var api = new ApiClient(client, problems);
        watch = new NodeWatcher(client, api, NODE, node.choosing(client), problems, node.log());
        watch.start(() -> {}, _ -> {}, _ -> {});
        templates = new TemplateSizes(watch, api, node.log());
        templates.start();
    }

    @AfterEach
    void stop() throws Exception {
        templates.close();
        watch.close();
        client.close();
        node.plane().kubectl().apply(SingleNodeCluster.RIGHTS);
        node.plane().kubectl().run("delete", "statefulsets,replicasets", "--all", "-n", "db");
        node.plane()
                .kubectl()
                .run("delete", "pods", "--all", "-n", "db", "--grace-period=0", "--force");
    }

    @ParameterizedTest
    @ValueSource(strings = {"StatefulSet", "ReplicaSet"})
    void itsOwnersTemplateCounts(String kind) throws Exception {
        node.plane().kubectl().apply(OWNER.formatted(kind, SingleNodeCluster.amounts(4)));
        node.guaranteed("pg-0", 8);
        own("pg-0", kind);
        node.await(
                "the template is read", () -> size("pg-0").equals(SingleNodeCluster.UNIT.times(4)));
    }

    @Test
    void missingTemplateValuesUseFirstObservedSize() throws Exception {
        node.plane().kubectl().apply(OWNER.formatted("StatefulSet", "{\"memory\":\"512Mi\"}"));
        node.guaranteed("pg-0", 8);
        own("pg-0", "StatefulSet");
        node.await(
                "the template is read",
                () -> size("pg-0").equals(new Resources(2, Bytes.ofMebibytes(512))));
    }

    @Test
    void anOwnerThatCannotBeReadIsReadLater() throws Exception {
        node.plane().kubectl().apply(OWNER.formatted("StatefulSet", SingleNodeCluster.amounts(2)));
        node.plane().kubectl().apply(SingleNodeCluster.RIGHTS.replace("statefulsets, ", ""));
        node.guaranteed("pg-0", 8);
        own("pg-0", "StatefulSet");
        node.await(
                "the missing right is told",
                () -> {
                    var _ = size("pg-0");
                    return problems.all()
                            .contains("it cannot get statefulsets: its account lacks the right");
                });
        assertThat(size("pg-0")).as("nothing shrinks").isEqualTo(SingleNodeCluster.UNIT.times(8));
        node.plane().kubectl().apply(SingleNodeCluster.RIGHTS);
        node.await(
                "the template is read", () -> size("pg-0").equals(SingleNodeCluster.UNIT.times(2)));
        assertThat(problems.all()).isEmpty();
    }

    @Test
    void aCopyInItsAnnotationsCounts() throws Exception {
        node.guaranteed("pg-1", 8);
        annotate(
                "pg-1",
                "cnpg.io/podSpec",
                "{\\\"containers\\\":[{\\\"name\\\":\\\"postgres\\\",\\\"resources\\\":{\\\"limits\\\":"
                        + SingleNodeCluster.amounts(3).replace("\"", "\\\"")
                        + "}}]}");
        assertThat(size("pg-1")).isEqualTo(SingleNodeCluster.UNIT.times(3));
        // The values that the controller's webhook replaced, in a pod with an owner.
        node.guaranteed("pg-4", 8);
        own("pg-4", "StatefulSet");
        annotate(
                "pg-4",
                "elastigres.dev/template-resources",
                "{\\\"container\\\":\\\"postgres\\\",\\\"limits\\\":"
                        + SingleNodeCluster.amounts(2).replace("\"", "\\\"")
                        + "}");
        assertThat(size("pg-4")).isEqualTo(SingleNodeCluster.UNIT.times(2));
        // A bare pod as applied by kubectl, and one with an unreadable annotation.
        node.guaranteed("pg-2", 5);
        assertThat(size("pg-2")).isEqualTo(SingleNodeCluster.UNIT.times(5));
        node.guaranteed("pg-3", 8);
        annotate("pg-3", "cnpg.io/podSpec", "nonsense");
        assertThat(size("pg-3")).isEqualTo(SingleNodeCluster.UNIT.times(8));
    }

    private Resources size(String pod) {
        ResourceValues values =
                templates.of(PodContainer.of(node.get(pod), "postgres").orElseThrow());
        return new Resources(
                values.limitedCpus().or(values::requestedCpus).orElseThrow(),
                values.limitedMemory().or(values::requestedMemory).orElseThrow());
    }

    private void annotate(String pod, String key, String value) throws Exception {
        patch(pod, "\"annotations\":{\"%s\":\"%s\"}".formatted(key, value));
    }

    private void own(String pod, String kind) throws Exception {
        patch(
                pod,
                "\"ownerReferences\":[{\"apiVersion\":\"apps/v1\",\"kind\":\"%s\",\"name\":\"pg\",\"uid\":\"1\",\"controller\":true}]"
                        .formatted(kind));
    }

    private void patch(String pod, String metadata) throws Exception {
        node.plane()
                .kubectl()
                .run(
                        "patch",
                        "pod",
                        pod,
                        "-n",
                        "db",
                        "--type=merge",
                        "--patch={\"metadata\":{%s}}".formatted(metadata));
    }
}
