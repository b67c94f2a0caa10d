package dev.elastigres.agent.history;

import dev.elastigres.agent.driver.DiscoveredVm.OomKill;
import dev.elastigres.agent.history.HistoryFile.HistoryContent;
import dev.elastigres.agent.history.HistoryFile.NumberedRecord;
import dev.elastigres.agent.worker.VmStatus.VmNote;
import dev.elastigres.core.units.Resources;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.List;

/// History of one VM in memory, each part bounded as in its file, the oldest entry first.
/// Thread-safe.
final class VmRecord {
    private final ArrayDeque<TimelinePoint> points = new ArrayDeque<>();
    private final ArrayDeque<NumberedRecord<VmNote>> events = new ArrayDeque<>();
    private final ArrayDeque<NumberedRecord<OomKill>> kills = new ArrayDeque<>();

    /// Minute of the first point that is not written, and numbers of the first such event and kill.
    private Instant nextPoint = Instant.MIN;

    private long nextEvent;
    private long nextKill;
    private boolean left;

    private VmRecord(HistoryContent content) {
        points.addAll(content.points());
        events.addAll(content.events());
        kills.addAll(content.kills());
        if (!points.isEmpty()) nextPoint = points.getLast().at();
        nextEvent = after(events);
        nextKill = after(kills);
    }

    static VmRecord empty() {
        return new VmRecord(HistoryContent.EMPTY);
    }

    static VmRecord of(HistoryContent content) {
        return new VmRecord(content);
    }

    private static <R> long after(ArrayDeque<NumberedRecord<R>> records) {
        return records.isEmpty() ? 0 : records.getLast().number() + 1;
    }

    synchronized void measured(Instant at, Resources demand, Resources size) {
        left = false;
        Instant minute = at.truncatedTo(ChronoUnit.MINUTES);
        // Points after the present are from before the clock was set back.
        while (!points.isEmpty() && minute.isBefore(points.getLast().at())) points.removeLast();
        if (minute.isBefore(nextPoint)) nextPoint = minute;
        Resources highest = demand;
        if (!points.isEmpty() && points.getLast().at().equals(minute))
            highest = points.removeLast().demand().max(demand);
        if (points.size() == HistoryFile.POINTS) points.removeFirst();
        points.addLast(new TimelinePoint(minute, highest, size));
    }

    synchronized void happened(Instant at, String what) {
        if (events.size() == HistoryFile.EVENTS) events.removeFirst();
        events.addLast(new NumberedRecord<>(after(events), new VmNote(at, what)));
    }

    /// Adds a kill. Returns false if it is known: the same kill is reported again after a restart
    /// of the agent.
    synchronized boolean killed(OomKill kill) {
        if (kills.stream().anyMatch(it -> it.record().isSameAs(kill))) return false;
        long number = after(kills);
        if (kills.size() == HistoryFile.KILLS) kills.removeFirst();
        kills.addLast(new NumberedRecord<>(number, kill));
        return true;
    }

    /// Notes that the VM is gone, until its next measurement.
    synchronized void leave() {
        left = true;
    }

    synchronized boolean hasLeft() {
        return left;
    }

    synchronized List<OomKill> kills() {
        return kills.stream().map(NumberedRecord::record).toList();
    }

    synchronized VmTimeline timeline() {
        return new VmTimeline(
                List.copyOf(points), events.stream().map(NumberedRecord::record).toList());
    }

    /// Makes `failed`, which [#unwritten] returned, unwritten again.
    synchronized void restore(HistoryContent failed) {
        if (!failed.points().isEmpty()) nextPoint = failed.points().getFirst().at();
        if (!failed.events().isEmpty()) nextEvent = failed.events().getFirst().number();
        if (!failed.kills().isEmpty()) nextKill = failed.kills().getFirst().number();
    }

    /// Returns what was added since the last call. The last point counts as added until its minute
    /// is over.
    synchronized HistoryContent unwritten() {
        var newer =
                new HistoryContent(
                        points.stream().filter(it -> !it.at().isBefore(nextPoint)).toList(),
                        events.stream().filter(it -> it.number() >= nextEvent).toList(),
                        kills.stream().filter(it -> it.number() >= nextKill).toList());
        if (!points.isEmpty()) nextPoint = points.getLast().at();
        nextEvent = after(events);
        nextKill = after(kills);
        return newer;
    }
}
