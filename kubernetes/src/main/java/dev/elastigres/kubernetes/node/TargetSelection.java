package dev.elastigres.kubernetes.node;

import dev.elastigres.kubernetes.targets.PodSelection;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;

/// The source of the decision which pods are scaled.
///
/// @param objects the objects that select pods
/// @param rule selects pods from all pods of the node and all such objects
public record TargetSelection<A>(SelectionObjects<A> objects, SelectionRule<A> rule) {

    @FunctionalInterface
    public interface SelectionObjects<A> {
        /// Creates a cache of the objects, which is not yet started.
        ///
        /// @param changeSignal signalled at every change of the objects that can affect the rule
        ObjectCache<A> open(ChangeSignal changeSignal, ActiveProblems problems);
    }

    /// Selects pods. Does not block. If the result depends on more than the arguments, a change of
    /// that signals [NodePods#changeSignal()].
    @FunctionalInterface
    public interface SelectionRule<A> {
        PodSelection choose(Collection<Pod> pods, Collection<A> objects);
    }
}
