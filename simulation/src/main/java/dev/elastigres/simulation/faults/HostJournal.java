package dev.elastigres.simulation.faults;

import dev.elastigres.simulation.time.Timeline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;

/// Keeps the last events and actions of a simulated host, for the report of a violation.
final class HostJournal {
    private static final int MAX_ENTRIES = 30;

    private final Timeline time;
    private final ArrayDeque<LoggedEvent> entries = new ArrayDeque<>();

    /// An event and its time. It is formatted only on demand, as only the last few are ever read.
    private record LoggedEvent(Duration at, String vm, Object what) {
        String text() {
            return "%9.3f s %s %s".formatted(at.toMillis() / 1000.0, vm, what);
        }
    }

    HostJournal(Timeline time) {
        this.time = time;
    }

    void add(String vm, Object what) {
        if (entries.size() == MAX_ENTRIES) entries.removeFirst();
        entries.addLast(new LoggedEvent(time.now(), vm, what));
    }

    /// Returns the entries as lines, oldest first.
    List<String> lines() {
        return entries.stream().map(LoggedEvent::text).toList();
    }
}
