package dev.elastigres.kubernetes.node;

import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.ScaledPod;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/// The known pods of a node. Thread-safe; no method blocks.
public interface NodePods {
    /// Returns why the pods are not yet known; empty once they are. Known pods stay known while the
    /// API server is unavailable.
    Optional<String> unknown();

    Optional<Pod> pod(PodName name);

    Collection<Pod> pods();

    /// Returns the selected pods, as of the last change.
    Map<PodName, ScaledPod> chosen();

    /// Returns the signal of every change of the pods or their selection.
    ChangeSignal changeSignal();
}
