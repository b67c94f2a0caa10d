package dev.elastigres.simulation.trace;

import dev.elastigres.core.units.Resources;
import java.util.ArrayList;
import java.util.List;

/// Sizes over time; each entry holds until the next.
///
/// @param changes entries in the order of time; the first is the initial size
/// @param end end of the last entry, in seconds since the start
public record SizeHistory(List<SizeEntry> changes, long end) {
    /// @param second time in seconds since the start of the trace
    public record SizeEntry(long second, Resources size) {}

    public SizeHistory {
        changes = List.copyOf(changes);
    }

    /// Records sizes second by second.
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
