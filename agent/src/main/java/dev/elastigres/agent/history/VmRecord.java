package dev.elastigres.agent.history;

import dev.elastigres.agent.driver.DiscoveredVm.OomKill;
import dev.elastigres.agent.history.HistoryFile.HistoryContent;
import dev.elastigres.agent.history.HistoryFile.NumberedRecord;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.Step;
import dev.elastigres.core.units.Resources;
import dev.elastigres.page.ChartEvent;
import dev.elastigres.page.ChartPoint;
import dev.elastigres.page.EventKind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// History of one VM in memory, each part bounded as in its file, the oldest entry first.
/// Thread-safe.
final class VmRecord {
    /// An event that repeats one of the last few within this time is dropped.
    private static final Duration REPEATED_WITHIN = Duration.ofMinutes(1);

    private static final int MAX_REPEATED = 6;

    private final ArrayDeque<TimelinePoint> points = new ArrayDeque<>();
    private final ArrayDeque<ChartPoint> recent = new ArrayDeque<>();
    private final ArrayDeque<NumberedRecord<ChartEvent>> changes = new ArrayDeque<>();
    private final ArrayDeque<NumberedRecord<ChartEvent>> decisions = new ArrayDeque<>();
    private final ArrayDeque<NumberedRecord<OomKill>> kills = new ArrayDeque<>();
    private final StepRecorder steps = new StepRecorder(this);

    /// Times of the first points that are not written, and numbers of the first such records.
    private Instant nextPoint = Instant.MIN;

    private Instant nextRecent = Instant.MIN;
    private long nextChange;
    private long nextDecision;
    private long nextKill;

    /// Number of the next event of either kind.
    private long nextEvent;

    private boolean left;

    private VmRecord(HistoryContent content) {
        points.addAll(content.points());
        recent.addAll(content.recent());
        changes.addAll(content.changes());
        decisions.addAll(content.decisions());
        kills.addAll(content.kills());
        if (!points.isEmpty()) nextPoint = points.getLast().at();
        if (!recent.isEmpty()) nextRecent = recent.getLast().at();
        nextChange = after(changes);
        nextDecision = after(decisions);
        nextKill = after(kills);
        nextEvent = events().mapToLong(ChartEvent::number).max().orElse(0) + 1;
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

    private Stream<ChartEvent> events() {
        return Stream.concat(changes.stream(), decisions.stream()).map(NumberedRecord::record);
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

    /// Adds a point of the last hour, in place of an earlier one of the same 10 s.
    synchronized void measured(ChartPoint point) {
        while (!recent.isEmpty() && !recent.getLast().at().isBefore(point.at()))
            recent.removeLast();
        if (point.at().isBefore(nextRecent)) nextRecent = point.at();
        if (recent.size() == HistoryFile.RECENT) recent.removeFirst();
        recent.addLast(point);
    }

    /// Adds a decision and the event that led to it.
    synchronized void decided(Instant now, Event event, Step step) {
        steps.decided(now, event, step);
    }

    /// Adds an event, unless it repeats a recent one: a request that is refused is repeated every
    /// few seconds.
    synchronized void happened(Instant at, EventKind kind, String text) {
        boolean change = VmTimeline.isChange(kind);
        ArrayDeque<NumberedRecord<ChartEvent>> ring = change ? changes : decisions;
        Instant recently = at.minus(REPEATED_WITHIN);
        boolean repeated =
                ring.reversed().stream()
                        .limit(MAX_REPEATED)
                        .map(NumberedRecord::record)
                        .anyMatch(
                                it ->
                                        it.kind() == kind
                                                && it.text().equals(text)
                                                && it.at().isAfter(recently));
        if (repeated) return;
        long number = after(ring);
        if (ring.size() == (change ? HistoryFile.CHANGES : HistoryFile.DECISIONS))
            ring.removeFirst();
        ring.addLast(new NumberedRecord<>(number, new ChartEvent(nextEvent++, at, kind, text)));
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
                List.copyOf(points),
                List.copyOf(recent),
                events().sorted(Comparator.comparingLong(ChartEvent::number)).toList());
    }

    /// Makes `failed`, which [#unwritten] returned, unwritten again.
    synchronized void restore(HistoryContent failed) {
        if (!failed.points().isEmpty()) nextPoint = failed.points().getFirst().at();
        if (!failed.recent().isEmpty()) nextRecent = failed.recent().getFirst().at();
        if (!failed.changes().isEmpty()) nextChange = failed.changes().getFirst().number();
        if (!failed.decisions().isEmpty()) nextDecision = failed.decisions().getFirst().number();
        if (!failed.kills().isEmpty()) nextKill = failed.kills().getFirst().number();
    }

    /// Returns what was added since the last call. The last points count as added until their time
    /// is over.
    synchronized HistoryContent unwritten() {
        var newer =
                new HistoryContent(
                        points.stream().filter(it -> !it.at().isBefore(nextPoint)).toList(),
                        recent.stream().filter(it -> !it.at().isBefore(nextRecent)).toList(),
                        from(changes, nextChange),
                        from(decisions, nextDecision),
                        from(kills, nextKill));
        if (!points.isEmpty()) nextPoint = points.getLast().at();
        if (!recent.isEmpty()) nextRecent = recent.getLast().at();
        nextChange = after(changes);
        nextDecision = after(decisions);
        nextKill = after(kills);
        return newer;
    }

    private static <R> List<NumberedRecord<R>> from(
            ArrayDeque<NumberedRecord<R>> records, long number) {
        return records.stream().filter(it -> it.number() >= number).toList();
    }
}
