package dev.elastigres.kubernetes.node;

import dev.elastigres.kubernetes.targets.Choices;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;

/// How it is known which pods are scaled.
///
/// @param objects those that say it
/// @param rule the pods that are scaled, of all pods of the node and all such objects
public record Choosing<A>(Objects<A> objects, Rule<A> rule) {

    @FunctionalInterface
    public interface Objects<A> {
        /// Not yet started.
        ///
        /// @param bell rings when anything of them is something else on which the rule depends
        Known<A> open(Bell bell, Troubles troubles);
    }

    /// A function of what it is given alone.
    @FunctionalInterface
    public interface Rule<A> {
        Choices choose(Collection<Pod> pods, Collection<A> objects);
    }
}
