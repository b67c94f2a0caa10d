package dev.elastigres.controller;

import dev.elastigres.controller.admission.ObservedObjects;
import dev.elastigres.kubernetes.api.NodePlan;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.Optional;

/// The controller's watches, as the admission webhook uses them.
record ObservedCluster(ClusterCache cache) implements ObservedObjects {
    @Override
    public boolean hasSynced() {
        return cache.hasSynced();
    }

    @Override
    public Collection<PostgresAutoscaler> autoscalers(String namespace) {
        return cache.autoscalers(namespace);
    }

    @Override
    public Collection<Node> nodes() {
        return cache.nodes();
    }

    @Override
    public Collection<Pod> pods() {
        return cache.pods();
    }

    @Override
    public Optional<Pod> pod(String namespace, String name) {
        return cache.pod(namespace, name);
    }

    @Override
    public Collection<NodePlan> plans() {
        return cache.plans();
    }
}
