package dev.elastigres.kubernetes.node;

import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.ScaledPod;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/// What is known of a node's pods now. For any thread; nothing of it waits.
public interface NodePods {
    /// Why it is not known which pods there are; empty once it is. What was known stays known while
    /// the API server is away.
    Optional<String> unknown();

    Optional<Pod> pod(PodName name);

    Collection<Pod> pods();

    /// Those that are scaled, as of the last news.
    Map<PodName, ScaledPod> chosen();

    /// Rings at every change of any of it.
    ChangeSignal changeSignal();
}
