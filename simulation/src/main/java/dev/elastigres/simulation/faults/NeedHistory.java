package dev.elastigres.simulation.faults;

import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;

/// What a VM really needed lately, beside what its agent made of its metrics: a VM grows for a need
/// that was there, and does not shrink below one that still counts.
///
/// Times are those that the agent's clock has counted, over all of its runs.
final class NeedHistory {
    /// The agent may miss this much and does not call it a gap.
    private static final Duration UNSEEN = Duration.ofSeconds(20);

    /// In this time the agent reads two pages, of which the second is compared with the first, or
    /// knows of a gap.
    private static final Duration SUSTAINED = Duration.ofSeconds(42);

    /// How long a need is a reason to grow: as long as it counts, and as late as pages come.
    private static final Duration REASON = Duration.ofSeconds(150);

    private static final Duration SLACK = Duration.ofSeconds(2);

    private final ArrayDeque<NeedChange> changes = new ArrayDeque<>();
    private final ArrayDeque<NeedRequest> asks = new ArrayDeque<>();
    private Duration resizedAt = Duration.ZERO;
    private Optional<Duration> unclearAt = Optional.empty();

    private record NeedChange(Duration at, int units) {}

    private record NeedRequest(Duration at, Resources size) {}

    /// @param units that it needs from now on, before anybody's limits
    void needs(int units, Duration now) {
        changes.addLast(new NeedChange(now, units));
        // The first one holds until the second begins.
        while (changes.size() > 1) {
            NeedChange first = changes.removeFirst();
            if (now.minus(changes.getFirst().at).compareTo(REASON) > 0) continue;
            changes.addFirst(first);
            return;
        }
    }

    /// The monitor asked for more.
    void asked(Resources size, Duration now) {
        asks.addLast(new NeedRequest(now, size));
    }

    /// A resize goes on: what metrics say meanwhile is left aside.
    void resizes(Duration now) {
        resizedAt = now;
    }

    /// A resize takes so long that the work for it counts as demand.
    void cannotTell(Duration now) {
        unclearAt = Optional.of(now);
    }

    /// Whether nothing but what was needed is a reason to grow.
    boolean canTell(Duration now) {
        return unclearAt.filter(it -> now.minus(it).compareTo(REASON) <= 0).isEmpty();
    }

    /// The most units that were needed while that can be a reason to grow.
    int highest(Duration now) {
        int highest = changes.getLast().units;
        Optional<NeedChange> before = Optional.empty();
        for (NeedChange each : changes) {
            if (before.isPresent() && now.minus(each.at).compareTo(REASON) <= 0)
                highest = Math.max(highest, before.get().units);
            before = Optional.of(each);
        }
        return highest;
    }

    /// The most of each that the monitor asked for while that can be a reason to grow.
    Resources asked(Duration now) {
        asks.removeIf(it -> now.minus(it.at).compareTo(REASON) > 0);
        return asks.stream().map(NeedRequest::size).reduce(Resources.ZERO, Resources::max);
    }

    /// The most units that were needed for so long that the agent saw it, or knows that it saw
    /// nothing, and so recently that it counts.
    ///
    /// @param window how long a need counts
    int sustained(Duration window, Duration now) {
        Duration first = now.minus(window.minus(UNSEEN).minus(SLACK));
        int highest = 0;
        for (NeedChange level : changes)
            if (level.units > highest && isSustained(level.units, first, now))
                highest = level.units;
        return highest;
    }

    private boolean isSustained(int units, Duration first, Duration now) {
        Optional<Duration> began = Optional.empty();
        for (NeedChange each : changes) {
            if (each.units >= units) {
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
