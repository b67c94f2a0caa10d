package dev.elastigres.bench.scale;

import dev.elastigres.harness.BenchException;
import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.ControlPlane;
import dev.elastigres.testbed.kubernetes.Crowd;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.function.Consumer;

/// The cluster's nodes, objects and pods: real ones of a real API server, which nobody runs.
final class PlayedCluster {
    private static final Duration RUN_LIMIT = Duration.ofMinutes(15);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration TELL = Duration.ofSeconds(15);

    /// So much that nobody lacks it.
    private static final String CPUS = "512";

    private static final String MEMORY = "2Ti";
    private static final int MOST_PODS = 1_000;

    private final ScalePlan plan;
    private final Crowd crowd;
    private final KubernetesClient client;
    private final Consumer<String> progress;

    private PlayedCluster(
            ScalePlan plan, Crowd crowd, KubernetesClient client, Consumer<String> progress) {
        this.plan = plan;
        this.crowd = crowd;
        this.client = client;
        this.progress = progress;
    }

    /// Makes all of it. Returns when every pod runs.
    ///
    /// @param client of somebody who may do everything
    static void make(
            ScalePlan plan, ControlPlane plane, KubernetesClient client, Consumer<String> progress)
            throws BenchException, TestbedException, InterruptedException {
        new PlayedCluster(plan, Crowd.start(plane), client, progress).make();
    }

    private void make() throws BenchException, TestbedException, InterruptedException {
        progress.accept(
                "making %d nodes, %d objects and %d pods"
                        .formatted(plan.nodes(), plan.objects(), plan.pods()));
        crowd.all(
                plan.namespaces(),
                "/api/v1/namespaces",
                number ->
                        """
                        {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"%s"}}
                        """
                                .formatted(ScalePlan.namespace(number)));
        crowd.nodes(plan.nodes(), CPUS, MEMORY, MOST_PODS);
        crowd.all(
                plan.objects(),
                object ->
                        "/apis/elastigres.dev/v1alpha1/namespaces/%s/postgresautoscalers"
                                .formatted(plan.namespaceOf(object)),
                object ->
                        """
                        {"apiVersion":"elastigres.dev/v1alpha1","kind":"PostgresAutoscaler",
                         "metadata":{"name":"%1$s"},
                         "spec":{"target":{"selector":{"matchLabels":{"app":"%1$s"}}},"min":1,"max":4}}
                        """
                                .formatted(ScalePlan.object(object)));
        crowd.all(
                plan.pods(),
                pod -> "/api/v1/namespaces/%s/pods".formatted(plan.namespaceOf(plan.objectOf(pod))),
                pod -> pod(plan, pod, plan.nodeOf(pod)));
        awaitRunning();
    }

    /// What makes a pod on a node, as JSON: one unit, which it can be resized from.
    static String pod(ScalePlan plan, int pod, int node) {
        return """
        {"apiVersion":"v1","kind":"Pod",
         "metadata":{"name":"%s","labels":{"app":"%s"}},
         "spec":{"nodeName":"%s","automountServiceAccountToken":false,"containers":[
           {"name":"postgres","image":"none",
            "resources":{"requests":%4$s,"limits":%4$s}}]}}
        """
                .formatted(
                        Crowd.pod(pod),
                        ScalePlan.object(plan.objectOf(pod)),
                        Crowd.node(node),
                        "{\"cpu\":\"250m\",\"memory\":\"1Gi\"}");
    }

    /// Those that do not yet are fewer and fewer, so that asking for them costs little.
    private void awaitRunning() throws BenchException, InterruptedException {
        long begin = System.nanoTime();
        long tellAt = begin + TELL.toNanos();
        while (true) {
            var first =
                    client.pods()
                            .inAnyNamespace()
                            .withField("status.phase", "Pending")
                            .list(
                                    new io.fabric8.kubernetes.api.model.ListOptionsBuilder()
                                            .withLimit(1L)
                                            .build());
            if (first.getItems().isEmpty()) return;
            if (System.nanoTime() - begin > RUN_LIMIT.toNanos())
                throw new BenchException(
                        "the pods do not all run after " + RUN_LIMIT.toMinutes() + " min");
            if (System.nanoTime() - tellAt > 0) {
                progress.accept("waiting for the pods to run");
                tellAt += TELL.toNanos();
            }
            Thread.sleep(LOOK);
        }
    }
}
