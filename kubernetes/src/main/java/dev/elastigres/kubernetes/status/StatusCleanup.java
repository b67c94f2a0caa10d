package dev.elastigres.kubernetes.status;

import dev.elastigres.daemon.log.Log;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.InstanceStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/// Removes status entries of pods that no longer exist and whose own agent does not remove them,
/// because its node is gone or the agent does not run. Each agent periodically checks one other
/// node, chosen at random. All agents together therefore check each node at about the same rate in
/// a cluster of any size, and each agent sends few requests.
final class StatusCleanup implements Runnable {
    private static final int MAX_AT_ONCE = 20;

    private final KubernetesClient client;
    private final String node;
    private final StatusReconciler statuses;
    private final StatusOnBehalf onBehalf;
    private final StatusDelays delays;
    private final ProblemReporter problems;

    StatusCleanup(
            KubernetesClient client,
            String node,
            StatusReconciler statuses,
            StatusDelays delays,
            Log log) {
        this.client = client;
        this.node = node;
        this.statuses = statuses;
        this.delays = delays;
        onBehalf = new StatusOnBehalf(client);
        problems =
                new ProblemReporter(
                        "remove status entries of deleted pods",
                        "get nodes, get pods, patch postgresautoscalers/status",
                        log);
    }

    /// An entry of an object that another agent wrote.
    private record ForeignEntry(PostgresAutoscaler object, InstanceStatus instance) {
        String node() {
            return String.valueOf(instance.node());
        }
    }

    @Override
    public void run() {
        try {
            while (true) {
                Thread.sleep(rest());
                try {
                    check();
                    problems.succeeded();
                } catch (KubernetesClientException e) {
                    if (Thread.interrupted()) return;
                    // If two agents remove the same entry, the second one fails.
                    if (e.getCode() != HttpURLConnection.HTTP_CONFLICT
                            && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND)
                        problems.failed("other nodes", e);
                }
            }
        } catch (InterruptedException _) {
            // Only close() interrupts this thread.
        }
    }

    private Duration rest() {
        long all = delays.stale().toMillis();
        return Duration.ofMillis(
                all * 4 / 5 + ThreadLocalRandom.current().nextLong(1 + all * 2 / 5));
    }

    private void check() {
        List<ForeignEntry> foreign = foreign();
        List<String> nodes = foreign.stream().map(ForeignEntry::node).distinct().toList();
        if (nodes.isEmpty()) return;
        String other = randomOf(nodes);
        List<ForeignEntry> its = foreign.stream().filter(it -> it.node().equals(other)).toList();
        if (client.nodes().withName(other).get() == null) {
            its.stream()
                    .map(ForeignEntry::object)
                    .distinct()
                    .limit(MAX_AT_ONCE)
                    .forEach(it -> remove(it, other, _ -> true));
            return;
        }
        ForeignEntry one = randomOf(its);
        if (isGone(one))
            remove(one.object(), other, it -> Objects.equals(it.name(), one.instance().name()));
    }

    private List<ForeignEntry> foreign() {
        return statuses.all()
                .flatMap(
                        object ->
                                StatusDraft.instances(object.written()).stream()
                                        .map(it -> new ForeignEntry(object, it)))
                .filter(it -> it.instance().node() != null && !it.node().equals(node))
                .toList();
    }

    private boolean isGone(ForeignEntry entry) {
        Pod pod =
                client.pods()
                        .inNamespace(entry.object().getMetadata().getNamespace())
                        .withName(String.valueOf(entry.instance().name()))
                        .get();
        return pod == null || !entry.node().equals(pod.getSpec().getNodeName());
    }

    private void remove(PostgresAutoscaler object, String other, Predicate<InstanceStatus> gone) {
        List<InstanceStatus> left =
                StatusDraft.instances(object.written()).stream()
                        .filter(it -> other.equals(it.node()) && !gone.test(it))
                        .toList();
        onBehalf.say(object, other, left);
    }

    private static <T> T randomOf(List<T> some) {
        return some.get(ThreadLocalRandom.current().nextInt(some.size()));
    }
}
