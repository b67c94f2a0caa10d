package dev.elastigres.kubernetes.node;

import static dev.elastigres.kubernetes.SingleNodeCluster.NAMESPACE;
import static dev.elastigres.kubernetes.SingleNodeCluster.NODE;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.kubernetes.SingleNodeCluster;
import dev.elastigres.kubernetes.targets.ExcludedPod;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.PodSelection;
import dev.elastigres.kubernetes.targets.ScalingMode;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// Tests on a real API server that pods with another autoscaler are not scaled. Its custom resource
/// for VerticalPodAutoscalers is defined by the last test only.
@EnabledIf(
        value = "dev.elastigres.testbed.kubernetes.KubernetesBinaries#areThere",
        disabledReason = KubernetesBinaries.NEEDED)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(180)
class OtherAutoscalersTest {
    private static final PodName POD = new PodName(NAMESPACE, "pg-0");
    private static final String HPA =
            """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: web, namespace: db}
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: pg}
              maxReplicas: 5
              metrics:
                - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}
            """;

    /// The names and the shape that matter of the real definition.
    private static final String VPA_DEFINITION =
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: verticalpodautoscalers.autoscaling.k8s.io
              annotations: {api-approved.kubernetes.io: "https://github.com/kubernetes/kubernetes/pull/63797"}
            spec:
              group: autoscaling.k8s.io
              scope: Namespaced
              names: {kind: VerticalPodAutoscaler, plural: verticalpodautoscalers, singular: verticalpodautoscaler}
              versions:
                - name: v1
                  served: true
                  storage: true
                  schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;

    private static final String VPA =
            """
            apiVersion: autoscaling.k8s.io/v1
            kind: VerticalPodAutoscaler
            metadata: {name: fit, namespace: db}
            spec:
              targetRef: {apiVersion: apps/v1, kind: StatefulSet, name: pg}
              updatePolicy: {updateMode: Recreate}
            """;

    private SingleNodeCluster node;
    private KubernetesClient client;
    private ActiveProblems problems;
    private NodeWatcher watch;
    private OtherAutoscalers others;
    private final AtomicReference<PodSelection> selection =
            new AtomicReference<>(PodSelection.NONE);

    @BeforeAll
    void startNode(@TempDir Path cgroups) throws Exception {
        node = SingleNodeCluster.start(cgroups);
        node.guaranteed("pg-0", 2);
        node.plane()
                .kubectl()
                .run(
                        "patch",
                        "pod",
                        "pg-0",
                        "-n",
                        NAMESPACE,
                        "--type=merge",
                        "--patch={\"metadata\":{\"ownerReferences\":[{\"apiVersion\":\"apps/v1\",\"kind\":\"StatefulSet\",\"name\":\"pg\",\"uid\":\"1\",\"controller\":true}]}}");
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
        others = new OtherAutoscalers(api, Duration.ofMillis(200), node.log());
        TargetSelection<GenericKubernetesResource> all = node.choosing(client);
        var choosing =
                new TargetSelection<>(
                        all.objects(),
                        (pods, objects) -> others.exclude(all.rule().choose(pods, objects), pods));
        watch = new NodeWatcher(client, api, NODE, choosing, problems, node.log());
        watch.start(() -> {}, _ -> {}, selection::set);
        others.start(watch.changeSignal()::signal);
        node.await("the pod is scaled", () -> watch.chosen().containsKey(POD));
    }

    @AfterEach
    void stop() throws Exception {
        others.close();
        watch.close();
        client.close();
        node.plane().kubectl().apply(SingleNodeCluster.RIGHTS);
        node.plane().kubectl().run("delete", "hpa", "web", "-n", NAMESPACE, "--ignore-not-found");
    }

    private void awaitExcluded(String why) throws Exception {
        node.await("it is not scaled", () -> !watch.chosen().containsKey(POD));
        ExcludedPod alone = requireNonNull(selection.get().leftAlone().get(POD));
        assertThat(alone.cause().text()).contains(why);
        assertThat(alone.cause().isPassing()).isFalse();
    }

    @Test
    @Order(1)
    void aHorizontalOneExcludesThePodUntilItIsGone() throws Exception {
        node.plane().kubectl().apply(HPA);
        awaitExcluded(
                "the HorizontalPodAutoscaler web scales StatefulSet pg on the utilization of cpu");
        node.plane().kubectl().run("delete", "hpa", "web", "-n", NAMESPACE);
        node.await("it is scaled again", () -> watch.chosen().containsKey(POD));
        assertThat(problems.all()).isEmpty();
        assertThat(node.logged()).doesNotContain("cannot list verticalpodautoscalers");
    }

    @Test
    @Order(2)
    void inModeRecommendItIsNotExcluded() throws Exception {
        node.say("pg-0", it -> SingleNodeCluster.with(it, ScalingMode.RECOMMEND, it.onNodeFull()));
        node.plane().kubectl().apply(HPA);
        // A pod in mode Auto is excluded by then.
        node.guaranteed("other-0", 1);
        node.plane()
                .kubectl()
                .run(
                        "patch",
                        "pod",
                        "other-0",
                        "-n",
                        NAMESPACE,
                        "--type=merge",
                        "--patch={\"metadata\":{\"ownerReferences\":[{\"apiVersion\":\"apps/v1\",\"kind\":\"StatefulSet\",\"name\":\"pg\",\"uid\":\"1\",\"controller\":true}]}}");
        node.await(
                "the other is excluded",
                () -> selection.get().leftAlone().containsKey(new PodName(NAMESPACE, "other-0")));
        assertThat(watch.chosen()).containsKey(POD);
        node.say("pg-0", it -> SingleNodeCluster.with(it, ScalingMode.AUTO, it.onNodeFull()));
        node.plane()
                .kubectl()
                .run("delete", "pod", "other-0", "-n", NAMESPACE, "--grace-period=0", "--force");
    }

    @Test
    @Order(3)
    void logsMissingRightOnceAndKeepsScaling() throws Exception {
        String warning = "cannot list horizontalpodautoscalers";
        node.plane()
                .kubectl()
                .apply(
                        SingleNodeCluster.RIGHTS.replace(
                                "resources: [horizontalpodautoscalers]", "resources: [none]"));
        node.await("it is logged", () -> node.logged().contains(warning));
        node.plane().kubectl().apply(HPA);
        assertThat(watch.chosen()).containsKey(POD);
        assertThat(problems.all()).as("the agent stays ready").isEmpty();
        node.plane().kubectl().apply(SingleNodeCluster.RIGHTS);
        awaitExcluded("HorizontalPodAutoscaler web");
        assertThat(node.logged().split(warning, -1)).hasSize(2);
    }

    @Test
    @Order(4)
    void aVerticalOneExcludesThePodOnceItsKindIsDefined() throws Exception {
        node.plane().kubectl().apply(VPA_DEFINITION);
        node.plane().awaitDefinitions();
        node.plane().kubectl().apply(VPA);
        awaitExcluded("the VerticalPodAutoscaler fit sets cpu and memory of StatefulSet pg");
    }
}
