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

/// How containers were last killed for want of memory, and at which limit. For any thread.
///
/// The kubelet tells of the kill and not of the limit. The limit is the one in force when the kill
/// is first seen, unless the agent has resized the pod since: then it was another agent process
/// that saw the kill, and the limit was raised.
final class OomKills {
    /// By pod's uid.
    private final Map<String, RecordedKill> known = new ConcurrentHashMap<>();

    /// @param ended when, as the kubelet writes it, with the container's id
    private record RecordedKill(String ended, OomKill kill) {}

    /// Empty when its last start ended otherwise, or did not end.
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

    /// Forgets pods that are gone.
    void clean(Collection<Pod> pods) {
        if (known.isEmpty()) return;
        known.keySet()
                .removeIf(
                        uid ->
                                pods.stream()
                                        .noneMatch(it -> uid.equals(it.getMetadata().getUid())));
    }
}
