package dev.elastigres.simulation.faults;

import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Predicate;

/// History of a VM's actual demand, independent of the agent's view of it. A VM may grow only for
/// demand that existed, and must not shrink below demand that still counts.
///
/// Times are those of the agent's clock, summed over all of its runs.
final class NeedHistory {
    /// Longest time without metrics that the agent does not count as a gap.
    private static final Duration UNSEEN = Duration.ofSeconds(20);

    /// Duration after which the agent knows of a demand: it reads two pages and compares the second
    /// with the first, or knows of a gap.
    private static final Duration SUSTAINED = Duration.ofSeconds(42);

    /// How long a demand justifies growth: as long as it counts, at most three damping windows,
    /// plus the delay of pages.
    private static final Duration REASON = Duration.ofSeconds(270);

    private static final Duration SLACK = Duration.ofSeconds(2);

    private final HeadroomBounds bounds;
    private final ArrayDeque<DemandChange> changes = new ArrayDeque<>();
    private final ArrayDeque<NeedRequest> asks = new ArrayDeque<>();
    private Duration resizedAt = Duration.ZERO;
    private Optional<Duration> unclearAt = Optional.empty();

    private record DemandChange(Duration at, VmMetrics need) {}

    private record NeedRequest(Duration at, Resources size) {}

    NeedHistory(ComputeUnit unit, ScalingRules rules) {
        bounds = new HeadroomBounds(unit, rules, REASON);
    }

    /// Records the headroom that the agent states.
    void explained(State state, Duration now) {
        bounds.state(state, now);
    }

    /// Records a change of the demand.
    ///
    /// @param need metrics of the demand on a machine that is large enough
    void needs(VmMetrics need, Duration now) {
        changes.addLast(new DemandChange(now, need));
        // The first entry holds until the second begins.
        while (changes.size() > 1) {
            DemandChange first = changes.removeFirst();
            if (now.minus(changes.getFirst().at).compareTo(REASON) > 0) continue;
            changes.addFirst(first);
            return;
        }
    }

    /// Records a request of the monitor for more.
    void asked(Resources size, Duration now) {
        asks.addLast(new NeedRequest(now, size));
    }

    /// Renews earlier requests unless the VM has their amounts: a repeated request without amounts
    /// is the same need, also if the VM has become smaller meanwhile.
    void askedAgain(Resources current, Duration now) {
        Resources earlier = asked(now);
        if (!current.covers(earlier)) asked(earlier, now);
    }

    /// Records that a resize is in progress, during which metrics do not count.
    void resizes(Duration now) {
        resizedAt = now;
    }

    /// Records that a resize takes so long that its work counts as demand.
    void markUnclear(Duration now) {
        unclearAt = Optional.of(now);
    }

    /// Returns whether only actual demand justifies growth.
    boolean isClear(Duration now) {
        return unclearAt.filter(it -> now.minus(it).compareTo(REASON) <= 0).isEmpty();
    }

    /// Returns the highest demand for each resource that can still justify growth.
    Resources highest(Duration now) {
        Resources highest = bounds.max(changes.getLast().need);
        Optional<DemandChange> before = Optional.empty();
        for (DemandChange each : changes) {
            if (before.isPresent() && now.minus(each.at).compareTo(REASON) <= 0)
                highest = highest.max(bounds.max(before.get().need));
            before = Optional.of(each);
        }
        return highest;
    }

    /// Returns the highest amount of each resource in requests of the monitor that can still
    /// justify growth.
    Resources asked(Duration now) {
        asks.removeIf(it -> now.minus(it.at).compareTo(REASON) > 0);
        return asks.stream().map(NeedRequest::size).reduce(Resources.ZERO, Resources::max);
    }

    /// Returns the highest demand for each resource that lasted long enough for the agent to see
    /// it, or to know of a gap, and that is recent enough to count.
    ///
    /// @param window how long a demand counts
    Resources sustained(Duration window, Duration now) {
        Duration counted = window.minus(UNSEEN).minus(SLACK);
        Duration first = counted.isNegative() ? now : now.minus(counted);
        double cpus = 0;
        Bytes memory = Bytes.ZERO;
        for (DemandChange level : changes) {
            Resources size = bounds.min(level.need);
            if (size.vcpus() > cpus && isSustained(it -> it.vcpus() >= size.vcpus(), first, now))
                cpus = size.vcpus();
            if (memory.isLessThan(size.memory())
                    && isSustained(it -> !it.memory().isLessThan(size.memory()), first, now))
                memory = size.memory();
        }
        return new Resources(cpus, memory);
    }

    private boolean isSustained(Predicate<Resources> needed, Duration first, Duration now) {
        Optional<Duration> began = Optional.empty();
        for (DemandChange each : changes) {
            if (needed.test(bounds.min(each.need))) {
                if (began.isEmpty()) began = Optional.of(each.at);
            } else if (began.isPresent()) {
                if (counts(began.get(), each.at, first)) return true;
                began = Optional.empty();
            }
        }
        return began.isPresent() && counts(began.get(), now, first);
    }

    private boolean counts(Duration began, Duration ended, Duration first) {
        return ended.minus(began).compareTo(SUSTAINED) >= 0
                && ended.compareTo(first) >= 0
                && resizedAt.compareTo(ended.minus(SUSTAINED)) < 0;
    }
}
