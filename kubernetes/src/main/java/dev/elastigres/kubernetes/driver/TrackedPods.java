package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.kubernetes.node.NodePods;
import dev.elastigres.kubernetes.node.PodContainer;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.ScaledPod;
import java.util.List;
import java.util.Optional;

/// The scaled pods of the node, read from the watch. Thread-safe.
record TrackedPods(NodePods pods) {
    /// Returns the scaled pods whose container is in the watch.
    List<TrackedPod> all() {
        return pods.chosen().values().stream().flatMap(it -> track(it).stream()).toList();
    }

    /// Returns the pod with the VM name `vm`; empty if there is none or its container is not in the
    /// watch.
    Optional<TrackedPod> find(String vm) {
        return PodName.parse(vm)
                .flatMap(it -> Optional.ofNullable(pods.chosen().get(it)))
                .flatMap(this::track);
    }

    /// Returns the pod of `vm`.
    ///
    /// @throws DriverException.Gone if the container is gone or was replaced
    TrackedPod live(DiscoveredVm vm) throws DriverException {
        return find(vm.name())
                .filter(it -> TrackedPod.isLifeOf(it.container(), vm.life()))
                .orElseThrow(TrackedPods::gone);
    }

    static DriverException.Gone gone() {
        return new DriverException.Gone("the container no longer exists");
    }

    private Optional<TrackedPod> track(ScaledPod chosen) {
        return pods.pod(chosen.pod())
                .filter(it -> it.getMetadata().getUid().equals(chosen.uid()))
                .flatMap(it -> PodContainer.of(it, chosen.container()))
                .map(it -> new TrackedPod(chosen, it));
    }
}
