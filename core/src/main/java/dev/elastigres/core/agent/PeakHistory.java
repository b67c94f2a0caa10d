package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The highest amounts of one resource that goals called for in the recent past.
///
/// @param peaks amounts that no later one reached, the oldest and highest first
public record PeakHistory(List<Peak> peaks) {
    /// Maximum number of peaks. If a window holds a longer descending series, its lowest peak is
    /// dropped.
    static final int MAX_PEAKS = 64;

    static final PeakHistory NONE = new PeakHistory(List.of());

    /// @param amount of the resource, in units that the caller chooses
    public record Peak(Moment at, long amount) {}

    public PeakHistory {
        peaks = List.copyOf(peaks);
    }

    /// Returns this history with `newest` added.
    ///
    /// @param window time for which a peak counts
    PeakHistory with(long newest, Moment at, Duration window) {
        var kept = new ArrayList<Peak>();
        for (Peak peak : peaks)
            if (peak.amount > newest && isRecent(peak, at, window)) kept.add(peak);
        if (kept.size() == MAX_PEAKS) kept.removeLast();
        kept.add(new Peak(at, newest));
        return new PeakHistory(kept);
    }

    /// Returns the highest amount within `window`, at least `floor`.
    long highest(long floor, Duration window, Moment now) {
        for (Peak peak : peaks)
            if (isRecent(peak, now, window)) return Math.max(floor, peak.amount);
        return floor;
    }

    /// Returns when the highest amount leaves the window; empty if it is the newest.
    Optional<Moment> changesAt(Duration window, Moment now) {
        for (Peak peak : peaks)
            if (isRecent(peak, now, window))
                return peak.equals(peaks.getLast())
                        ? Optional.empty()
                        : Optional.of(peak.at.plus(window));
        return Optional.empty();
    }

    private static boolean isRecent(Peak peak, Moment now, Duration window) {
        return now.since(peak.at).compareTo(window) < 0;
    }
}
