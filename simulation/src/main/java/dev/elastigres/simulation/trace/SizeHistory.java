package dev.elastigres.simulation.trace;

import dev.elastigres.core.units.Resources;
import java.util.ArrayList;
import java.util.List;

/// A size over time: each entry holds until the next.
///
/// @param changes in the order of time; the first is the size at the beginning
/// @param end when the last entry ends, in seconds since the beginning
public record SizeHistory(List<SizeEntry> changes, long end) {
    /// @param second since the beginning of the trace
    public record SizeEntry(long second, Resources size) {}

    public SizeHistory {
        changes = List.copyOf(changes);
    }

    /// Collects sizes second by second.
    static final class Recorder {
        private final List<SizeEntry> changes = new ArrayList<>();
        private long seconds;

        void add(Resources size) {
            if (changes.isEmpty() || !changes.getLast().size().equals(size))
                changes.add(new SizeEntry(seconds, size));
            seconds++;
        }

        SizeHistory history() {
            return new SizeHistory(changes, seconds);
        }
    }
}
