package dev.elastigres.kubernetes.node;

import dev.elastigres.kubernetes.targets.PodSelection;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;

/// How it is known which pods are scaled.
///
/// @param objects those that say it
/// @param rule the pods that are scaled, of all pods of the node and all such objects
public record TargetSelection<A>(SelectionObjects<A> objects, SelectionRule<A> rule) {

    @FunctionalInterface
    public interface SelectionObjects<A> {
        /// Not yet started.
        ///
        /// @param changeSignal rings when anything of them is something else on which the rule
        ///     depends
        ObjectCache<A> open(ChangeSignal changeSignal, ActiveProblems problems);
    }

    /// A function of what it is given alone.
    @FunctionalInterface
    public interface SelectionRule<A> {
        PodSelection choose(Collection<Pod> pods, Collection<A> objects);
    }
}
