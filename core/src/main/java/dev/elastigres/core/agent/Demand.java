package dev.elastigres.core.agent;

import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the metrics call for, and called for lately.
///
/// @param goal of the newest metrics
/// @param readAt when they came
/// @param peaks goals that none after them reached, the oldest and highest first
public record Demand(Optional<Goal> goal, Moment readAt, List<Peak> peaks) {
    /// Falling goals within one window are never more than this; in a longer row the lowest go.
    static final int MOST_PEAKS = 64;

    public record Peak(Moment at, int units) {}

    public Demand {
        peaks = List.copyOf(peaks);
    }

    static Demand none(Moment now) {
        return new Demand(Optional.empty(), now, List.of());
    }

    Demand read(Goal newest, Duration window, Moment now) {
        var kept = new ArrayList<Peak>();
        for (Peak peak : peaks)
            if (peak.units > newest.units() && isWithin(peak, window, now)) kept.add(peak);
        if (kept.size() == MOST_PEAKS) kept.removeLast();
        kept.add(new Peak(now, newest.units()));
        return new Demand(Optional.of(newest), now, kept);
    }

    /// The highest goal within `window`.
    int units(Duration window, Moment now) {
        for (Peak peak : peaks) if (isWithin(peak, window, now)) return peak.units;
        return goal.map(Goal::units).orElse(0);
    }

    /// When the highest stops counting; empty when it is the newest.
    Optional<Moment> changesAt(Duration window, Moment now) {
        for (Peak peak : peaks)
            if (isWithin(peak, window, now))
                return peak.equals(peaks.getLast())
                        ? Optional.empty()
                        : Optional.of(peak.at.plus(window));
        return Optional.empty();
    }

    boolean isStale(Duration after, Moment now) {
        return now.since(readAt).compareTo(after) >= 0;
    }

    private static boolean isWithin(Peak peak, Duration window, Moment now) {
        return now.since(peak.at).compareTo(window) < 0;
    }
}
