package dev.elastigres.kubernetes.node;

import dev.elastigres.kubernetes.targets.Choices;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Collection;
import java.util.function.Function;

/// How it is known which pods are scaled.
///
/// @param objects makes the informer, not yet started, of the objects that say it
/// @param rule the pods that are scaled, of all pods of the node and all such objects
public record Choosing<A extends HasMetadata>(
        Function<KubernetesClient, SharedIndexInformer<A>> objects, Rule<A> rule) {

    /// A function of what it is given alone.
    @FunctionalInterface
    public interface Rule<A> {
        Choices choose(Collection<Pod> pods, Collection<A> objects);
    }
}
