package dev.elastigres.bench.scale;

import dev.elastigres.harness.BenchException;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.Instance;
import dev.elastigres.kubernetes.status.Deputy;
import dev.elastigres.testbed.kubernetes.Crowd;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// The agents of all nodes but one, as far as others see them: what they write into the objects'
/// status, by what pods come and go. For any thread.
final class PlayedAgents {
    private static final int MOST_TRIES = 50;
    private static final Duration AGAIN = Duration.ofMillis(100);
    private static final String SETTLED =
            "1 unit is the least that it may have: load 0.02, 300MiB in use";
    private static final String STARTING = "its container postgres does not run yet";

    private final ScalePlan plan;
    private final KubernetesClient client;
    private final Deputy deputy;

    /// @param client of somebody who may write status
    PlayedAgents(ScalePlan plan, KubernetesClient client) {
        this.plan = plan;
        this.client = client;
        deputy = new Deputy(client);
    }

    private static boolean isPlayed(int node) {
        return node != ScaleBench.NODE;
    }

    /// Each of them says of `object` what its pods are, as they are at first.
    void settle(int object) throws BenchException, InterruptedException {
        List<Integer> nodes =
                plan.podsOf(object).stream()
                        .map(plan::nodeOf)
                        .distinct()
                        .filter(PlayedAgents::isPlayed)
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

    /// A pod is on a node, and does not run yet.
    void begins(int pod, int node) throws BenchException, InterruptedException {
        replace(
                pod,
                node,
                new Instance(
                        Crowd.pod(pod),
                        Crowd.node(node),
                        "-",
                        "-",
                        "-",
                        "-",
                        "Starting",
                        STARTING));
    }

    /// A pod is on a node and is as it should be.
    void settles(int pod, int node) throws BenchException, InterruptedException {
        replace(pod, node, settled(pod, node));
    }

    private void replace(int pod, int node, Instance fresh)
            throws BenchException, InterruptedException {
        change(
                pod,
                node,
                its -> {
                    List<Instance> after = without(its, pod);
                    after.add(fresh);
                    return after;
                });
    }

    /// A pod is not on a node any more.
    void loses(int pod, int node) throws BenchException, InterruptedException {
        change(pod, node, its -> without(its, pod));
    }

    private static List<Instance> without(List<Instance> its, int pod) {
        var left = new ArrayList<>(its);
        left.removeIf(it -> Objects.equals(it.name(), Crowd.pod(pod)));
        return left;
    }

    private static Instance settled(int pod, int node) {
        return new Instance(
                Crowd.pod(pod), Crowd.node(node), "250m", "1Gi", "250m", "1Gi", "Settled", SETTLED);
    }

    private void change(int pod, int node, UnaryOperator<List<Instance>> change)
            throws BenchException, InterruptedException {
        if (isPlayed(node)) say(plan.objectOf(pod), node, change);
    }

    private void say(int object, int node, UnaryOperator<List<Instance>> change)
            throws BenchException, InterruptedException {
        String name = ScalePlan.object(object);
        for (int i = 0; i < MOST_TRIES; i++) {
            try {
                PostgresAutoscaler seen =
                        client.resources(PostgresAutoscaler.class)
                                .inNamespace(plan.namespaceOf(object))
                                .withName(name)
                                .get();
                if (seen == null) throw new BenchException("there is no object " + name);
                deputy.say(seen, Crowd.node(node), change.apply(instances(seen, node)));
                return;
            } catch (KubernetesClientException e) {
                // Another agent was first, or the API server is slow.
                if (isFinal(e.getCode()))
                    throw new BenchException("cannot write the status of " + name, e);
                Thread.sleep(AGAIN);
            }
        }
        throw new BenchException("the status of %s is never the same".formatted(name));
    }

    private static boolean isFinal(int code) {
        return code >= HttpURLConnection.HTTP_BAD_REQUEST
                && code < HttpURLConnection.HTTP_INTERNAL_ERROR
                && code != HttpURLConnection.HTTP_CONFLICT;
    }

    private static List<Instance> instances(PostgresAutoscaler seen, int node) {
        return seen.written().map(it -> it.instances()).orElse(List.of()).stream()
                .filter(it -> Crowd.node(node).equals(it.node()))
                .toList();
    }
}
