package dev.elastigres.agent.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.agent.driver.DiscoveredVm.OomKill;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.file.SmallFile;
import dev.elastigres.page.ChartEvent;
import dev.elastigres.page.ChartPoint;
import dev.elastigres.page.EventKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/// The file with the history of one VM: five rings of records with a fixed
/// length.
///
/// Each record has a checksum and is written alone, to a place that follows from its content: a
/// point from its minute, an event or a kill from its number. So there is no index that a crash
/// could leave wrong; a record that was half written when the process or the machine stopped is
/// ignored. The file has at most [#SIZE] bytes, and one without a readable record is an empty
/// history.
///
/// @param path the file, which need not exist
record HistoryFile(Path path) {
    private static final long MAGIC = 0x454c_4753_4849_5302L;
    private static final int HEADER = 8;

    static final int POINTS = (int) FleetHistory.KEPT.toMinutes();
    private static final int POINT = 40;

    /// Points of 10 s.
    static final int RECENT = 360;

    private static final int RECENT_POINT = 76;

    /// Changes of size, and what hurt.
    static final int CHANGES = 128;

    private static final int CHANGE = 256;

    /// Other events.
    static final int DECISIONS = 240;

    private static final int DECISION = 384;

    /// Two numbers, time, kind and length in front of an event's text, and the checksum behind it.
    private static final int EVENT_FRAME = 3 * Long.BYTES + 3 * Integer.BYTES;

    /// Kinds of events by their number in the file.
    private static final List<EventKind> KINDS = List.of(EventKind.values());

    static final int KILLS = 8;
    private static final int KILL = 32;

    private static final int RECENT_AT = HEADER + POINTS * POINT;
    private static final int CHANGES_AT = RECENT_AT + RECENT * RECENT_POINT;
    private static final int DECISIONS_AT = CHANGES_AT + CHANGES * CHANGE;
    private static final int KILLS_AT = DECISIONS_AT + DECISIONS * DECISION;

    /// Size of a full file in bytes.
    static final int SIZE = KILLS_AT + KILLS * KILL;

    private static final double THOUSANDTHS = 1000;

    /// An event or a kill with its number, which counts from 0.
    ///
    /// @param record the event or kill
    record NumberedRecord<R>(long number, R record) {}

    /// Everything that is read from a file, each list in ascending order.
    record HistoryContent(
            List<TimelinePoint> points,
            List<ChartPoint> recent,
            List<NumberedRecord<ChartEvent>> changes,
            List<NumberedRecord<ChartEvent>> decisions,
            List<NumberedRecord<OomKill>> kills) {
        static final HistoryContent EMPTY =
                new HistoryContent(List.of(), List.of(), List.of(), List.of(), List.of());
    }

    /// Returns the records of the file; none if there is no such file.
    ///
    /// @throws IOException if it cannot be read, or is no file of this format
    HistoryContent read() throws IOException {
        if (Files.notExists(path)) return HistoryContent.EMPTY;
        ByteBuffer file = ByteBuffer.wrap(SmallFile.read(path, SIZE));
        if (file.remaining() < HEADER) return HistoryContent.EMPTY;
        if (file.getLong(0) != MAGIC) throw new IOException("it is not a history of a VM");
        var points = new ArrayList<TimelinePoint>();
        for (int i = 0; i < POINTS; i++)
            record(file, HEADER + i * POINT, POINT).map(HistoryFile::point).ifPresent(points::add);
        points.sort(Comparator.comparing(TimelinePoint::at));
        var recent = new ArrayList<ChartPoint>();
        for (int i = 0; i < RECENT; i++)
            record(file, RECENT_AT + i * RECENT_POINT, RECENT_POINT)
                    .map(HistoryFile::recentPoint)
                    .ifPresent(recent::add);
        recent.sort(Comparator.comparing(ChartPoint::at));
        var kills = new ArrayList<NumberedRecord<OomKill>>();
        for (int i = 0; i < KILLS; i++)
            record(file, KILLS_AT + i * KILL, KILL).map(HistoryFile::kill).ifPresent(kills::add);
        kills.sort(Comparator.comparingLong(NumberedRecord::number));
        return new HistoryContent(
                points,
                recent,
                events(file, CHANGES_AT, CHANGES, CHANGE),
                events(file, DECISIONS_AT, DECISIONS, DECISION),
                kills);
    }

    private static List<NumberedRecord<ChartEvent>> events(
            ByteBuffer file, int from, int count, int length) {
        var events = new ArrayList<NumberedRecord<ChartEvent>>();
        for (int i = 0; i < count; i++)
            record(file, from + i * length, length)
                    .flatMap(HistoryFile::event)
                    .ifPresent(events::add);
        events.sort(Comparator.comparingLong(NumberedRecord::number));
        return events;
    }

    /// Writes records over the oldest ones.
    ///
    /// @throws IOException if that fails; some of the records may have been written
    void write(HistoryContent newer) throws IOException {
        SmallFile.requireRegular(path);
        try (FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            write(file, 0, ByteBuffer.allocate(HEADER).putLong(MAGIC).flip());
            for (TimelinePoint each : newer.points)
                write(file, HEADER + slot(minute(each), POINTS) * POINT, bytes(each));
            for (ChartPoint each : newer.recent)
                write(
                        file,
                        RECENT_AT + slot(step(each.at()), RECENT) * RECENT_POINT,
                        bytesOfRecent(each));
            for (NumberedRecord<ChartEvent> each : newer.changes)
                write(
                        file,
                        CHANGES_AT + slot(each.number, CHANGES) * CHANGE,
                        bytesOfEvent(each, CHANGE));
            for (NumberedRecord<ChartEvent> each : newer.decisions)
                write(
                        file,
                        DECISIONS_AT + slot(each.number, DECISIONS) * DECISION,
                        bytesOfEvent(each, DECISION));
            for (NumberedRecord<OomKill> each : newer.kills)
                write(file, KILLS_AT + slot(each.number, KILLS) * KILL, bytesOfKill(each));
        }
    }

    private static long slot(long number, int count) {
        return Math.floorMod(number, count);
    }

    private static void write(FileChannel file, long at, ByteBuffer bytes) throws IOException {
        long place = at;
        while (bytes.hasRemaining()) place += file.write(bytes, place);
    }

    /// Returns the record at `from`; empty if its checksum is wrong, or it was never written.
    private static Optional<ByteBuffer> record(ByteBuffer file, int from, int length) {
        if (file.limit() < from + length) return Optional.empty();
        ByteBuffer record = file.slice(from, length);
        int checksum = record.getInt(length - Integer.BYTES);
        return checksum == checksum(record) ? Optional.of(record) : Optional.empty();
    }

    /// Returns the record with its checksum in its last four bytes.
    private static ByteBuffer sealed(ByteBuffer record) {
        record.putInt(record.capacity() - Integer.BYTES, checksum(record));
        return record.position(0).limit(record.capacity());
    }

    /// Returns the checksum of all but the last four bytes, which is not that of zeros.
    private static int checksum(ByteBuffer record) {
        var crc = new CRC32();
        crc.update(1);
        crc.update(record.duplicate().position(0).limit(record.capacity() - Integer.BYTES));
        return (int) crc.getValue();
    }

    private static long minute(TimelinePoint point) {
        return point.at().getEpochSecond() / 60;
    }

    private static ByteBuffer bytes(TimelinePoint point) {
        ByteBuffer record =
                ByteBuffer.allocate(POINT)
                        .putLong(minute(point))
                        .putInt(thousandths(point.demand()))
                        .putInt(thousandths(point.size()))
                        .putLong(point.demand().memory().value())
                        .putLong(point.size().memory().value());
        return sealed(record);
    }

    private static int thousandths(Resources size) {
        return (int) Math.min(Integer.MAX_VALUE, Math.round(size.vcpus() * THOUSANDTHS));
    }

    private static TimelinePoint point(ByteBuffer record) {
        Instant at = Instant.ofEpochSecond(record.getLong() * 60);
        double demand = record.getInt() / THOUSANDTHS;
        double size = record.getInt() / THOUSANDTHS;
        return new TimelinePoint(
                at,
                new Resources(demand, new Bytes(record.getLong())),
                new Resources(size, new Bytes(record.getLong())));
    }

    private static long step(Instant at) {
        return Math.floorDiv(at.toEpochMilli(), StepRecorder.STEP.toMillis());
    }

    private static ByteBuffer bytesOfRecent(ChartPoint point) {
        ByteBuffer record =
                ByteBuffer.allocate(RECENT_POINT)
                        .putLong(step(point.at()))
                        .putDouble(point.cpus())
                        .putDouble(point.demandCpus())
                        .putDouble(point.goalCpus())
                        .putDouble(point.memory())
                        .putDouble(point.used())
                        .putDouble(point.workingSet())
                        .putDouble(point.threshold())
                        .putDouble(point.goalMemory());
        return sealed(record);
    }

    private static ChartPoint recentPoint(ByteBuffer record) {
        return new ChartPoint(
                Instant.ofEpochMilli(record.getLong() * StepRecorder.STEP.toMillis()),
                record.getDouble(),
                record.getDouble(),
                record.getDouble(),
                record.getDouble(),
                record.getDouble(),
                record.getDouble(),
                record.getDouble(),
                record.getDouble());
    }

    private static ByteBuffer bytesOfEvent(NumberedRecord<ChartEvent> event, int size) {
        byte[] text = event.record.text().getBytes(UTF_8);
        int length = Math.min(text.length, size - EVENT_FRAME);
        // A character is not cut in two.
        while (length < text.length && length > 0 && (text[length] & 0xC0) == 0x80) length--;
        ByteBuffer record =
                ByteBuffer.allocate(size)
                        .putLong(event.number)
                        .putLong(event.record.number())
                        .putLong(event.record.at().toEpochMilli())
                        .putInt(KINDS.indexOf(event.record.kind()))
                        .putInt(length)
                        .put(text, 0, length);
        return sealed(record);
    }

    private static Optional<NumberedRecord<ChartEvent>> event(ByteBuffer record) {
        long place = record.getLong();
        long number = record.getLong();
        Instant at = Instant.ofEpochMilli(record.getLong());
        int kind = record.getInt();
        int length = record.getInt();
        if (kind < 0 || kind >= KINDS.size()) return Optional.empty();
        if (length < 0 || length > record.capacity() - EVENT_FRAME) return Optional.empty();
        var text = new byte[length];
        record.get(text);
        return Optional.of(
                new NumberedRecord<>(
                        place,
                        new ChartEvent(number, at, KINDS.get(kind), new String(text, UTF_8))));
    }

    /// A kill without a known limit has -1 in its place.
    private static ByteBuffer bytesOfKill(NumberedRecord<OomKill> kill) {
        ByteBuffer record =
                ByteBuffer.allocate(KILL)
                        .putLong(kill.number)
                        .putLong(kill.record.at().toEpochMilli())
                        .putLong(kill.record.limit().map(Bytes::value).orElse(-1L));
        return sealed(record);
    }

    private static NumberedRecord<OomKill> kill(ByteBuffer record) {
        long number = record.getLong();
        Instant at = Instant.ofEpochMilli(record.getLong());
        long limit = record.getLong();
        return new NumberedRecord<>(
                number,
                new OomKill(limit < 0 ? Optional.empty() : Optional.of(new Bytes(limit)), at));
    }
}
