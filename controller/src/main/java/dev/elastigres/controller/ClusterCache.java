package dev.elastigres.controller;

import dev.elastigres.controller.admission.PodHistory;
import dev.elastigres.kubernetes.api.NodePlan;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.node.ActiveProblems;
import dev.elastigres.kubernetes.node.InformerCache;
import dev.elastigres.kubernetes.node.ObjectCache;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The cluster's PostgresAutoscalers, pods, nodes and plans, kept current by watches. Thread-safe.
final class ClusterCache implements AutoCloseable {
    /// Page size of list requests. A page is in memory with all its fields.
    private static final long PAGE = 250;

    private final TrimmedStore<PostgresAutoscaler> autoscalers;
    private final TrimmedStore<Pod> pods;
    private final TrimmedStore<Node> nodes;
    private final TrimmedStore<NodePlan> plans;
    private final List<ObjectCache<?>> caches;

    /// Creates caches that are not yet started.
    ///
    /// @param changes receives what changes
    /// @param history receives the pods and the reports of agents
    ClusterCache(
            KubernetesClient client,
            PendingChanges changes,
            PodHistory history,
            ActiveProblems problems) {
        autoscalers =
                new TrimmedStore<>(
                        TrimmedObjects::autoscaler,
                        TrimmedObjects::isSameAutoscaler,
                        it -> {
                            changes.addNamespace(it.getMetadata().getNamespace());
                            changes.addObject(AutoscalerStatuses.name(it));
                        });
        pods =
                new TrimmedStore<>(
                        TrimmedObjects::pod,
                        TrimmedObjects::isSamePod,
                        it -> {
                            String namespace = it.getMetadata().getNamespace();
                            changes.addNamespace(namespace);
                            history.podChanged(
                                    it, pod(namespace, it.getMetadata().getName()).isPresent());
                        });
        nodes =
                new TrimmedStore<>(
                        TrimmedObjects::node,
                        TrimmedObjects::isSameNode,
                        it -> changes.addNode(it.getMetadata().getName()));
        plans =
                new TrimmedStore<>(
                        TrimmedObjects::plan,
                        TrimmedObjects::isSamePlan,
                        it -> {
                            changes.addNode(it.getMetadata().getName());
                            history.planChanged(it, this::pod);
                        });
        caches = caches(client, changes, problems);
    }

    private List<ObjectCache<?>> caches(
            KubernetesClient client, PendingChanges changes, ActiveProblems problems) {
        return List.of(
                cache(
                        client.resources(PostgresAutoscaler.class)
                                .inAnyNamespace()
                                .withLimit(PAGE)
                                .runnableInformer(0)
                                .itemStore(autoscalers),
                        changes,
                        problems,
                        "list and watch postgresautoscalers"),
                cache(
                        client.pods()
                                .inAnyNamespace()
                                .withLimit(PAGE)
                                .runnableInformer(0)
                                .itemStore(pods),
                        changes,
                        problems,
                        "list and watch pods"),
                cache(
                        client.nodes().withLimit(PAGE).runnableInformer(0).itemStore(nodes),
                        changes,
                        problems,
                        "list and watch nodes"),
                cache(
                        client.resources(NodePlan.class)
                                .withLimit(PAGE)
                                .runnableInformer(0)
                                .itemStore(plans),
                        changes,
                        problems,
                        "list and watch nodeplans"));
    }

    private static <T extends HasMetadata> ObjectCache<T> cache(
            SharedIndexInformer<T> informer,
            PendingChanges changes,
            ActiveProblems problems,
            String what) {
        return new InformerCache<>(informer, changes.signal(), problems, what);
    }

    void start() {
        caches.forEach(ObjectCache::start);
    }

    /// Returns whether all initial lists have been received.
    boolean hasSynced() {
        return caches.stream().allMatch(ObjectCache::hasSynced);
    }

    /// Checks the watches, and ends the problems of those that work again.
    void check() {
        caches.forEach(ObjectCache::check);
    }

    /// Returns the namespaces with a PostgresAutoscaler.
    Set<String> namespaces() {
        return new HashSet<>(autoscalers.namespaces());
    }

    Collection<PostgresAutoscaler> autoscalers() {
        return autoscalers.all();
    }

    Collection<PostgresAutoscaler> autoscalers(String namespace) {
        return autoscalers.in(namespace);
    }

    Optional<PostgresAutoscaler> autoscaler(String namespace, String name) {
        return autoscalers.find(namespace, name);
    }

    /// Returns the pods of a namespace; none if it has no PostgresAutoscaler, because they do not
    /// matter then.
    Collection<Pod> pods(String namespace) {
        return autoscalers.in(namespace).isEmpty() ? List.of() : pods.in(namespace);
    }

    Optional<Pod> pod(String namespace, String name) {
        return pods.find(namespace, name);
    }

    Collection<Pod> pods() {
        return pods.all();
    }

    Collection<Node> nodes() {
        return nodes.all();
    }

    Optional<Node> node(String name) {
        return nodes.find("", name);
    }

    Collection<NodePlan> plans() {
        return plans.all();
    }

    Optional<NodePlan> plan(String node) {
        return plans.find("", node);
    }

    int podCount() {
        return pods.size();
    }

    @Override
    public void close() {
        caches.forEach(ObjectCache::close);
    }
}
