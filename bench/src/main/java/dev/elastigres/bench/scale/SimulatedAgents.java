package dev.elastigres.bench.scale;

import dev.elastigres.harness.HarnessException;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.InstanceStatus;
import dev.elastigres.kubernetes.status.StatusOnBehalf;
import dev.elastigres.testbed.kubernetes.KwokNodes;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// The agents of all nodes but one, as the API server sees them: they write the objects' status as
/// pods come and go. Thread-safe.
final class SimulatedAgents {
    private static final int MAX_TRIES = 50;
    private static final Duration AGAIN = Duration.ofMillis(100);
    private static final String SETTLED = "1 unit is its minimum: load 0.02, 300MiB in use";
    private static final String STARTING = "its container postgres does not run yet";

    private final ScaleBenchPlan plan;
    private final KubernetesClient client;
    private final StatusOnBehalf onBehalf;

    /// @param client with permission to write the status
    SimulatedAgents(ScaleBenchPlan plan, KubernetesClient client) {
        this.plan = plan;
        this.client = client;
        onBehalf = new StatusOnBehalf(client);
    }

    private static boolean isPlayed(int node) {
        return node != ScaleBench.NODE;
    }

    /// Writes the initial status of the object's pods for each of their nodes.
    void settle(int object) throws HarnessException, InterruptedException {
        List<Integer> nodes =
                plan.podsOf(object).stream()
                        .map(plan::nodeOf)
                        .distinct()
                        .filter(SimulatedAgents::isPlayed)
                        .collect(Collectors.toCollection(ArrayList::new));
        for (int node : nodes)
            say(
                    object,
                    node,
                    _ ->
                            plan.podsOf(object).stream()
                                    .filter(pod -> plan.nodeOf(pod) == node)
                                    .map(pod -> settled(pod, node))
                                    .toList());
    }

    /// Writes the status of a pod that is on a node and does not run yet.
    void begins(int pod, int node) throws HarnessException, InterruptedException {
        replace(
                pod,
                node,
                new InstanceStatus(
                        KwokNodes.pod(pod),
                        KwokNodes.node(node),
                        "-",
                        "-",
                        "-",
                        "-",
                        "Starting",
                        STARTING));
    }

    /// Writes the status of a settled pod on a node.
    void settles(int pod, int node) throws HarnessException, InterruptedException {
        replace(pod, node, settled(pod, node));
    }

    private void replace(int pod, int node, InstanceStatus fresh)
            throws HarnessException, InterruptedException {
        change(
                pod,
                node,
                its -> {
                    List<InstanceStatus> after = without(its, pod);
                    after.add(fresh);
                    return after;
                });
    }

    /// Removes a pod of a node from the status.
    void loses(int pod, int node) throws HarnessException, InterruptedException {
        change(pod, node, its -> without(its, pod));
    }

    private static List<InstanceStatus> without(List<InstanceStatus> its, int pod) {
        var left = new ArrayList<>(its);
        left.removeIf(it -> Objects.equals(it.name(), KwokNodes.pod(pod)));
        return left;
    }

    private static InstanceStatus settled(int pod, int node) {
        return new InstanceStatus(
                KwokNodes.pod(pod),
                KwokNodes.node(node),
                "250m",
                "1Gi",
                "250m",
                "1Gi",
                "Settled",
                SETTLED);
    }

    private void change(int pod, int node, UnaryOperator<List<InstanceStatus>> change)
            throws HarnessException, InterruptedException {
        if (isPlayed(node)) say(plan.objectOf(pod), node, change);
    }

    private void say(int object, int node, UnaryOperator<List<InstanceStatus>> change)
            throws HarnessException, InterruptedException {
        String name = ScaleBenchPlan.object(object);
        for (int i = 0; i < MAX_TRIES; i++) {
            try {
                PostgresAutoscaler seen =
                        client.resources(PostgresAutoscaler.class)
                                .inNamespace(plan.namespaceOf(object))
                                .withName(name)
                                .get();
                if (seen == null) throw new HarnessException("there is no object " + name);
                onBehalf.say(seen, KwokNodes.node(node), change.apply(instances(seen, node)));
                return;
            } catch (KubernetesClientException e) {
                // A conflict with another agent, or a slow API server.
                if (isFinal(e.getCode()))
                    throw new HarnessException("cannot write the status of " + name, e);
                Thread.sleep(AGAIN);
            }
        }
        throw new HarnessException("the status of %s keeps changing".formatted(name));
    }

    private static boolean isFinal(int code) {
        return code >= HttpURLConnection.HTTP_BAD_REQUEST
                && code < HttpURLConnection.HTTP_INTERNAL_ERROR
                && code != HttpURLConnection.HTTP_CONFLICT;
    }

    private static List<InstanceStatus> instances(PostgresAutoscaler seen, int node) {
        return seen.written().map(it -> it.instances()).orElse(List.of()).stream()
                .filter(it -> KwokNodes.node(node).equals(it.node()))
                .toList();
    }
}
