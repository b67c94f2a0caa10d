package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.DiscoveredVm.OomKill;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.kubernetes.node.Instants;
import dev.elastigres.kubernetes.node.PodContainer;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Records the last OOM kill of each container and the memory limit at which it happened.
/// Thread-safe.
///
/// The kubelet reports the kill but not the limit. The limit in force when the agent first sees the
/// kill counts. If the pod was resized after the kill, an earlier agent process saw the kill and
/// raised the limit; the limit of the kill is then unknown.
final class OomKills {
    /// Kills by the pod's uid.
    private final Map<String, RecordedKill> known = new ConcurrentHashMap<>();

    /// @param ended ID of the container and the end of its start, as the kubelet reports them
    private record RecordedKill(String ended, OomKill kill) {}

    /// Returns the OOM kill at the end of the container's last start; empty if it ended otherwise
    /// or has not ended.
    Optional<OomKill> of(PodContainer container) {
        return container.oomKill().flatMap(it -> of(container, it));
    }

    private Optional<OomKill> of(PodContainer container, ContainerStateTerminated terminated) {
        Optional<Instant> at = Instants.parse(terminated.getFinishedAt());
        if (at.isEmpty()) return Optional.empty();
        String ended = terminated.getContainerID() + " " + terminated.getFinishedAt();
        RecordedKill kill =
                known.compute(
                        container.uid(),
                        (_, it) ->
                                it != null && it.ended.equals(ended)
                                        ? it
                                        : new RecordedKill(ended, kill(container, at.get())));
        return Optional.of(kill.kill);
    }

    private static OomKill kill(PodContainer container, Instant at) {
        boolean raised = container.resizedAt().filter(it -> !it.isBefore(at)).isPresent();
        Optional<Bytes> limit = container.actual().limitedMemory();
        return new OomKill(raised ? Optional.empty() : limit, at);
    }

    /// Removes the entries of pods that no longer exist.
    void clean(Collection<Pod> pods) {
        if (known.isEmpty()) return;
        known.keySet()
                .removeIf(
                        uid ->
                                pods.stream()
                                        .noneMatch(it -> uid.equals(it.getMetadata().getUid())));
    }
}
