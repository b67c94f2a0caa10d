package dev.elastigres.controller.admission;

import dev.elastigres.controller.admission.NewPodReview.ClusterView;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.node.ActiveProblems;
import dev.elastigres.kubernetes.node.ChangeSignal;
import dev.elastigres.kubernetes.node.InformerCache;
import dev.elastigres.kubernetes.node.ObjectCache;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// What the webhook knows of the cluster, from the controller's watches and from watches of its own
/// on LimitRanges and ResourceQuotas. Thread-safe.
final class WatchedCluster implements ClusterView, AutoCloseable {
    private final ObservedObjects objects;
    private final PodHistory history;
    private final ObjectCache<LimitRange> ranges;
    private final ObjectCache<ResourceQuota> quotas;
    private volatile NodeCapacities capacities = NodeCapacities.NONE;
    private volatile boolean isReady;

    /// @param signal signalled on changes of LimitRanges and ResourceQuotas
    WatchedCluster(
            KubernetesClient client,
            ObservedObjects objects,
            PodHistory history,
            ChangeSignal signal,
            ActiveProblems problems) {
        this.objects = objects;
        this.history = history;
        ranges =
                new InformerCache<>(
                        client.limitRanges().inAnyNamespace().runnableInformer(0),
                        signal,
                        problems,
                        "list and watch limitranges");
        quotas =
                new InformerCache<>(
                        client.resourceQuotas().inAnyNamespace().runnableInformer(0),
                        signal,
                        problems,
                        "list and watch resourcequotas");
    }

    void start() {
        ranges.start();
        quotas.start();
    }

    /// Recomputes what does not change with each request.
    void refresh() {
        ranges.check();
        quotas.check();
        if (!objects.hasSynced() || !ranges.hasSynced() || !quotas.hasSynced()) return;
        capacities = NodeCapacities.of(objects.nodes(), objects.pods());
        history.clean();
        if (isReady) return;
        // Reports may have arrived before the pods that they are about.
        objects.plans().forEach(it -> history.planChanged(it, objects::pod));
        isReady = true;
    }

    /// Returns this view; empty before the first lists arrived.
    Optional<ClusterView> view() {
        return isReady ? Optional.of(this) : Optional.empty();
    }

    @Override
    public Collection<PostgresAutoscaler> autoscalers(String namespace) {
        return objects.autoscalers(namespace);
    }

    @Override
    public List<Predecessor> pods(String namespace, String container) {
        return history.in(namespace, container);
    }

    @Override
    public NamespaceLimits limits(Pod pod) {
        String namespace = pod.getMetadata().getNamespace();
        return new NamespaceLimits(
                in(namespace, ranges), in(namespace, quotas), capacities.of(pod));
    }

    private static <T extends HasMetadata> List<T> in(String namespace, ObjectCache<T> cache) {
        return cache.all().stream()
                .filter(it -> namespace.equals(it.getMetadata().getNamespace()))
                .toList();
    }

    @Override
    public void close() {
        ranges.close();
        quotas.close();
    }
}
