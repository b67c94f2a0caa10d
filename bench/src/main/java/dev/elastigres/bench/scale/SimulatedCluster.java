package dev.elastigres.bench.scale;

import dev.elastigres.harness.HarnessException;
import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.ControlPlane;
import dev.elastigres.testbed.kubernetes.KwokNodes;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.function.Consumer;

/// The cluster's nodes, autoscalers and pods. They are real objects of a real API server, but no
/// kubelet runs them.
final class SimulatedCluster {
    private static final Duration RUN_TIMEOUT = Duration.ofMinutes(15);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(15);

    /// Node capacity that is never exhausted.
    private static final String CPUS = "512";

    private static final String MEMORY = "2Ti";
    private static final int MAX_PODS = 1_000;

    private final ScaleBenchPlan plan;
    private final KwokNodes nodes;
    private final KubernetesClient client;
    private final Consumer<String> progress;

    private SimulatedCluster(
            ScaleBenchPlan plan,
            KwokNodes nodes,
            KubernetesClient client,
            Consumer<String> progress) {
        this.plan = plan;
        this.nodes = nodes;
        this.client = client;
        this.progress = progress;
    }

    /// Creates all objects and waits until every pod runs.
    ///
    /// @param client with all permissions
    static void make(
            ScaleBenchPlan plan,
            ControlPlane plane,
            KubernetesClient client,
            Consumer<String> progress)
            throws HarnessException, TestbedException, InterruptedException {
        new SimulatedCluster(plan, KwokNodes.start(plane), client, progress).make();
    }

    private void make() throws HarnessException, TestbedException, InterruptedException {
        progress.accept(
                "making %d nodes, %d objects and %d pods"
                        .formatted(plan.nodes(), plan.objects(), plan.pods()));
        nodes.all(
                plan.namespaces(),
                "/api/v1/namespaces",
                number ->
                        """
                        {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"%s"}}
                        """
                                .formatted(ScaleBenchPlan.namespace(number)));
        nodes.nodes(plan.nodes(), CPUS, MEMORY, MAX_PODS);
        nodes.all(
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
                                .formatted(ScaleBenchPlan.object(object)));
        nodes.all(
                plan.pods(),
                pod -> "/api/v1/namespaces/%s/pods".formatted(plan.namespaceOf(plan.objectOf(pod))),
                pod -> pod(plan, pod, plan.nodeOf(pod)));
        awaitRunning();
    }

    /// Returns a pod on a node as JSON. It has one unit, from which it can be resized.
    static String pod(ScaleBenchPlan plan, int pod, int node) {
        return """
        {"apiVersion":"v1","kind":"Pod",
         "metadata":{"name":"%s","labels":{"app":"%s"}},
         "spec":{"nodeName":"%s","automountServiceAccountToken":false,"containers":[
           {"name":"postgres","image":"none",
            "resources":{"requests":%4$s,"limits":%4$s}}]}}
        """
                .formatted(
                        KwokNodes.pod(pod),
                        ScaleBenchPlan.object(plan.objectOf(pod)),
                        KwokNodes.node(node),
                        "{\"cpu\":\"250m\",\"memory\":\"1Gi\"}");
    }

    /// Waits until no pod is pending. Listing one pending pod at a time costs little.
    private void awaitRunning() throws HarnessException, InterruptedException {
        long begin = System.nanoTime();
        long progressAt = begin + PROGRESS_INTERVAL.toNanos();
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
            if (System.nanoTime() - begin > RUN_TIMEOUT.toNanos())
                throw new HarnessException(
                        "the pods do not all run after " + RUN_TIMEOUT.toMinutes() + " min");
            if (System.nanoTime() - progressAt > 0) {
                progress.accept("waiting for the pods to run");
                progressAt += PROGRESS_INTERVAL.toNanos();
            }
            Thread.sleep(POLL);
        }
    }
}
