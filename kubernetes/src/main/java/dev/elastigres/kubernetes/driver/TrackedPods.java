package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.kubernetes.node.NodePods;
import dev.elastigres.kubernetes.node.PodContainer;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.ScaledPod;
import java.util.List;
import java.util.Optional;

/// The scaled pods of the node, as the watch has them. For any thread.
record TrackedPods(NodePods pods) {
    /// The scaled pods whose containers are known.
    List<TrackedPod> all() {
        return pods.chosen().values().stream().flatMap(it -> track(it).stream()).toList();
    }

    /// The pod that is scaled as `vm`; empty when there is none, or its container is not known.
    Optional<TrackedPod> find(String vm) {
        return PodName.parse(vm)
                .flatMap(it -> Optional.ofNullable(pods.chosen().get(it)))
                .flatMap(this::track);
    }

    /// @throws DriverException.Gone when the container is gone or was replaced
    TrackedPod live(DiscoveredVm vm) throws DriverException {
        return find(vm.name())
                .filter(it -> TrackedPod.isLifeOf(it.container(), vm.life()))
                .orElseThrow(TrackedPods::gone);
    }

    static DriverException.Gone gone() {
        return new DriverException.Gone("there is no such container any more");
    }

    private Optional<TrackedPod> track(ScaledPod chosen) {
        return pods.pod(chosen.pod())
                .filter(it -> it.getMetadata().getUid().equals(chosen.uid()))
                .flatMap(it -> PodContainer.of(it, chosen.container()))
                .map(it -> new TrackedPod(chosen, it));
    }
}
