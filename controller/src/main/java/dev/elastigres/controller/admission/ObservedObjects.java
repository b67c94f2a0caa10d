package dev.elastigres.controller.admission;

import dev.elastigres.kubernetes.api.NodePlan;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.Optional;

/// The objects of the cluster that the controller watches. Pods have labels, owners and their node;
/// those that belong to a node also have their requests, as pod-level requests.
public interface ObservedObjects {
    /// Returns whether all initial lists have been received.
    boolean hasSynced();

    Collection<PostgresAutoscaler> autoscalers(String namespace);

    Collection<Node> nodes();

    Collection<Pod> pods();

    Optional<Pod> pod(String namespace, String name);

    Collection<NodePlan> plans();
}
