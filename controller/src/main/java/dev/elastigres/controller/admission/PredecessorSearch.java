package dev.elastigres.controller.admission;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds the pod that a new pod replaces.
final class PredecessorSearch {
    /// How long a pod that is gone has a successor. A nightly job finds the size of the last night.
    static final Duration KEPT = Duration.ofDays(1);

    private PredecessorSearch() {}

    /// Returns the predecessor of a new pod:
    ///
    /// 1. the pod of the same name and workload,
    /// 2. unless the workload gives its pods fixed names, the last one of the workload that is
    ///    gone, of the same role where both roles are known,
    /// 3. for a Deployment, the largest existing pod of another revision: a rolling update creates
    ///    the new pod first.
    ///
    /// A new ordinal of a StatefulSet has none, and neither has a further replica.
    ///
    /// @param name name of the new pod; empty if the API server generates it
    /// @param candidates pods of the namespace that the same object or the pods' annotations select
    static Optional<Predecessor> find(
            String name, Workload workload, Collection<Predecessor> candidates, Instant now) {
        if (!name.isEmpty()) {
            Optional<Predecessor> same =
                    current(candidates, now)
                            .filter(it -> it.name().equals(name))
                            .filter(it -> isSame(it.workload(), workload))
                            .max(newest());
            if (same.isPresent()) return same;
        }
        if (workload.keepsNames()) return Optional.empty();
        return current(candidates, now)
                .filter(it -> it.endedAt().isPresent())
                .filter(it -> it.workload().canBeReplacedBy(workload))
                .max(newest())
                .or(() -> ofOtherRevision(workload, candidates, now));
    }

    /// Returns whether the workloads are the same, as far as the older one is known.
    private static boolean isSame(Workload older, Workload newer) {
        return older.name().isEmpty() || older.name().equals(newer.name());
    }

    private static Optional<Predecessor> ofOtherRevision(
            Workload workload, Collection<Predecessor> candidates, Instant now) {
        if (!workload.isDeployment()) return Optional.empty();
        return current(candidates, now)
                .filter(it -> it.endedAt().isEmpty() && it.size().isPresent())
                .filter(it -> it.workload().canBeReplacedBy(workload))
                .filter(it -> !it.workload().revision().equals(workload.revision()))
                .max(Comparator.comparing(it -> it.size().orElseThrow().memory()));
    }

    private static Stream<Predecessor> current(Collection<Predecessor> candidates, Instant now) {
        return candidates.stream()
                .filter(
                        it ->
                                it.endedAt().isEmpty()
                                        || now.isBefore(it.endedAt().get().plus(KEPT)));
    }

    /// An existing pod is newer than one that is gone.
    private static Comparator<Predecessor> newest() {
        return Comparator.comparing(it -> it.endedAt().orElse(Instant.MAX));
    }
}
