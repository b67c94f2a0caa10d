package dev.elastigres.controller.admission;

import dev.elastigres.controller.admission.Predecessor.RecordedOomKill;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.api.NodePlan;
import dev.elastigres.kubernetes.api.NodePlanStatus;
import dev.elastigres.kubernetes.api.NodePlanStatus.PodReport;
import dev.elastigres.kubernetes.node.Instants;
import dev.elastigres.kubernetes.node.ResourceAmounts;
import dev.elastigres.kubernetes.targets.ContainerStates;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The sizes and OOM kills of scaled pods, by the reports of the agents, also for a day after the
/// pods are gone. Every replica of the controller has a history of its own from what it watches.
/// The part that must survive a restart is in the status of the PostgresAutoscalers, see
/// [PredecessorList]. Thread-safe.
public final class PodHistory {
    /// Maximum number of pods that are gone. The oldest ones are removed first.
    private static final int MAX_ENDED = 10_000;

    private final Clock clock;
    private final int maxEnded;

    /// Entries by namespace and name of the pod.
    private final Map<String, Map<String, HistoryEntry>> entries = new HashMap<>();

    private int ended;

    /// What is known of the pods of one name.
    ///
    /// @param uid uid of the pod whose size is known
    /// @param pod the pod as last seen
    /// @param kill the last OOM kill, of this pod or a later one of the same name
    private record HistoryEntry(
            String uid,
            Optional<Pod> pod,
            Optional<Resources> size,
            Optional<ContainerKill> kill,
            Optional<Instant> endedAt) {
        HistoryEntry endedAt(Optional<Instant> at) {
            return new HistoryEntry(uid, pod, size, kill, at);
        }

        HistoryEntry with(Optional<ContainerKill> newer) {
            return new HistoryEntry(uid, pod, size, newer.or(() -> kill), endedAt);
        }
    }

    private record ContainerKill(String container, RecordedOomKill kill) {}

    /// A pod that is gone, with the fields by which objects select it.
    record EndedPod(Pod pod, Predecessor predecessor) {}

    /// @param clock clock of the times at which pods end
    public PodHistory(Clock clock) {
        this(clock, MAX_ENDED);
    }

    /// @param maxEnded maximum number of pods that are gone
    PodHistory(Clock clock, int maxEnded) {
        this.clock = clock;
        this.maxEnded = maxEnded;
    }

    /// Records the reports of a node's agent.
    ///
    /// @param pods returns the pod of a namespace and name, if it exists
    public synchronized void planChanged(NodePlan plan, PodLookup pods) {
        for (PodReport each : plan.findStatus().map(NodePlanStatus::allPods).orElse(List.of())) {
            Optional<Resources> size = Predecessor.need(each);
            if (size.isEmpty()) continue;
            String namespace = String.valueOf(each.namespace());
            String name = String.valueOf(each.name());
            String uid = String.valueOf(each.uid());
            Optional<Pod> pod =
                    pods.find(namespace, name).filter(it -> uid.equals(it.getMetadata().getUid()));
            HistoryEntry before = of(namespace).get(name);
            if (pod.isEmpty()) {
                // The pod is gone already, and its agent does not know that.
                if (before == null || !before.uid.equals(uid)) continue;
                pod = before.pod;
            }
            put(
                    namespace,
                    name,
                    new HistoryEntry(
                            uid,
                            pod,
                            size,
                            before == null ? Optional.empty() : before.kill,
                            before == null || !before.uid.equals(uid)
                                    ? Optional.empty()
                                    : before.endedAt));
        }
    }

    /// Finds pods.
    @FunctionalInterface
    public interface PodLookup {
        Optional<Pod> find(String namespace, String name);
    }

    /// Records a pod that appeared, changed or disappeared.
    ///
    /// @param exists whether the pod still exists
    public synchronized void podChanged(Pod pod, boolean exists) {
        String namespace = pod.getMetadata().getNamespace();
        String name = pod.getMetadata().getName();
        HistoryEntry before = of(namespace).get(name);
        Optional<ContainerKill> kill =
                kill(pod, Optional.ofNullable(before).flatMap(it -> it.kill));
        if (before == null) {
            if (kill.isEmpty()) return;
            before =
                    new HistoryEntry(
                            pod.getMetadata().getUid(),
                            Optional.of(pod),
                            Optional.empty(),
                            kill,
                            Optional.empty());
        }
        boolean isSame = before.uid.equals(pod.getMetadata().getUid());
        boolean isGone = !isSame || !exists;
        HistoryEntry after = before.with(kill);
        if (isSame)
            after =
                    new HistoryEntry(
                            before.uid, Optional.of(pod), after.size, after.kill, after.endedAt);
        if (isGone && after.endedAt.isEmpty()) after = after.endedAt(Optional.of(clock.instant()));
        put(namespace, name, after);
    }

    private Map<String, HistoryEntry> of(String namespace) {
        return entries.getOrDefault(namespace, Map.of());
    }

    private void put(String namespace, String name, HistoryEntry entry) {
        HistoryEntry before =
                entries.computeIfAbsent(namespace, _ -> new HashMap<>()).put(name, entry);
        if (before != null && before.endedAt.isPresent()) ended--;
        if (entry.endedAt.isPresent()) ended++;
        if (ended > maxEnded) clean();
    }

    /// Removes the pods that are gone for longer than a day, and the oldest ones above the limit.
    synchronized void clean() {
        Instant since = clock.instant().minus(PredecessorSearch.KEPT);
        Instant limit =
                entries.values().stream()
                        .flatMap(it -> it.values().stream())
                        .flatMap(it -> it.endedAt.stream())
                        .sorted(Comparator.reverseOrder())
                        // A tenth more is removed, so that it is not done for each pod.
                        .skip(maxEnded * 9L / 10)
                        .findFirst()
                        .filter(it -> ended > maxEnded && it.isAfter(since))
                        .orElse(since);
        for (Map<String, HistoryEntry> each : entries.values())
            each.values()
                    .removeIf(it -> it.endedAt.isPresent() && !it.endedAt.get().isAfter(limit));
        entries.values().removeIf(Map::isEmpty);
        ended =
                (int)
                        entries.values().stream()
                                .flatMap(it -> it.values().stream())
                                .filter(it -> it.endedAt.isPresent())
                                .count();
    }

    /// Returns the pods of a namespace, existing and gone.
    ///
    /// @param container name of the scaled container, whose OOM kills count
    synchronized List<Predecessor> in(String namespace, String container) {
        return of(namespace).entrySet().stream()
                .map(it -> predecessor(it.getKey(), it.getValue(), container))
                .toList();
    }

    /// Returns the pods of a namespace that are gone.
    ///
    /// @param container name of the scaled container, whose OOM kills count
    synchronized Collection<EndedPod> ended(String namespace, String container) {
        return of(namespace).entrySet().stream()
                .filter(it -> it.getValue().endedAt.isPresent())
                .filter(it -> it.getValue().pod.isPresent())
                .map(
                        it ->
                                new EndedPod(
                                        it.getValue().pod.get(),
                                        predecessor(it.getKey(), it.getValue(), container)))
                .toList();
    }

    private static Predecessor predecessor(String name, HistoryEntry entry, String container) {
        return new Predecessor(
                name,
                entry.pod.map(Workload::of).orElse(new Workload("", "", "")),
                entry.size,
                entry.kill.filter(it -> it.container.equals(container)).map(ContainerKill::kill),
                entry.endedAt);
    }

    /// Returns the last OOM kill of a container of the pod. The memory limit is the one at which
    /// the kill was first seen: the agent raises the limit soon after it.
    private static Optional<ContainerKill> kill(Pod pod, Optional<ContainerKill> known) {
        if (pod.getStatus() == null || pod.getStatus().getContainerStatuses() == null)
            return Optional.empty();
        for (ContainerStatus each : pod.getStatus().getContainerStatuses()) {
            Optional<Instant> at =
                    ContainerStates.oomKill(each)
                            .map(ContainerStateTerminated::getFinishedAt)
                            .flatMap(Instants::parse);
            if (at.isEmpty()) continue;
            if (known.filter(it -> it.kill.at().equals(at.get())).isPresent()) return known;
            for (Container container : pod.getSpec().getContainers())
                if (each.getName().equals(container.getName()) && container.getResources() != null)
                    return ResourceAmounts.memory(container.getResources().getLimits())
                            .map(
                                    it ->
                                            new ContainerKill(
                                                    each.getName(),
                                                    new RecordedOomKill(at.get(), it)));
        }
        return Optional.empty();
    }
}
