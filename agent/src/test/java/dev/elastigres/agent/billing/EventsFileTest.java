package dev.elastigres.agent.billing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.agent.worker.ScalingEvent;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventsFileTest {
    private static final ScalingEvent GREW =
            new ScalingEvent(
                    Instant.parse("2026-11-22T10:00:00.5Z"),
                    "db",
                    new Resources(1, Bytes.ofGibibytes(1)),
                    new Resources(1.5, Bytes.ofGibibytes(2)),
                    "2 units for memory");
    private static final String LINE =
            "{\"at\":\"2026-11-22T10:00:00.500Z\",\"vm\":\"db\",\"from_cpus\":1.0,"
                    + "\"from_memory_bytes\":1073741824,\"to_cpus\":1.5,"
                    + "\"to_memory_bytes\":2147483648,\"why\":\"2 units for memory\"}\n";

    @TempDir private Path folder;

    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final Log log = Log.to(logged, LogFormat.JSON, LogLevel.INFO, Clock.systemUTC());

    @Test
    void eachIsALineBehindTheOthers() throws Exception {
        Path file = Files.writeString(folder.resolve("events"), "before\n");
        var events = EventsFile.open(file.toString(), log);
        events.accept(GREW);
        events.accept(GREW);
        events.close();
        assertThat(file).content().isEqualTo("before\n" + LINE + LINE);
        assertThat(events.lost()).isZero();
    }

    // ---- VMs of an earlier agent

    @Test
    void aVmThatEndedWithoutAnAgentGetsItsEndOnce() throws Exception {
        Path file = Files.writeString(folder.resolve("events"), LINE);
        var events = EventsFile.open(file.toString(), log);
        events.discovered(Set.of("other"));
        events.discovered(Set.of("other"));
        events.close();
        assertThat(Files.readAllLines(file))
                .satisfiesExactly(
                        it -> assertThat(it + "\n").isEqualTo(LINE),
                        it ->
                                assertThat(it)
                                        .contains(
                                                "\"vm\":\"db\",\"from_cpus\":1.5,\"from_memory_bytes\":2147483648,\"to_cpus\":0.0,\"to_memory_bytes\":0,",
                                                "it ended before this agent found it"));
        var next = EventsFile.open(file.toString(), log);
        next.discovered(Set.of());
        next.close();
        assertThat(Files.readAllLines(file)).hasSize(2);
    }

    @Test
    void aVmThatRunsGetsNoEndUntilItEnds() throws Exception {
        Path file = Files.writeString(folder.resolve("events"), LINE);
        var events = EventsFile.open(file.toString(), log);
        events.discovered(Set.of("db"));
        // From the first line on, the fleet reports the VM's end.
        events.accept(GREW);
        events.discovered(Set.of());
        events.close();
        assertThat(file).content().isEqualTo(LINE + LINE);
        // One that ends before its size was read has no such report.
        var next = EventsFile.open(file.toString(), log);
        next.discovered(Set.of("db"));
        next.discovered(Set.of());
        next.close();
        assertThat(Files.readAllLines(file)).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"at\":\"2026-11\n",
                "\n",
                "before\n",
                "{\"vm\":\"other\",\"to_cpus\":\"1\",\"to_memory_bytes\":1}\n",
                "{\"vm\":\"other\",\"to_cpus\":-1,\"to_memory_bytes\":1}\n",
                "{\"vm\":\"other\",\"to_cpus\":1,\"to_memory_bytes\":-1}\n",
            })
    void addsNoEndAfterRotationOrUnreadableLine(String rest) throws Exception {
        String before = rest.isEmpty() ? "" : LINE + rest;
        Path file = Files.writeString(folder.resolve("events"), before);
        var events = EventsFile.open(file.toString(), log);
        events.discovered(Set.of());
        events.close();
        assertThat(file).content().isEqualTo(before);
        assertThat(logged.toString(UTF_8)).isEmpty();
    }

    @Test
    void aTornLastLineIsEndedBeforeTheNextOne() throws Exception {
        Path file = Files.writeString(folder.resolve("events"), LINE + LINE.strip());
        var events = EventsFile.open(file.toString(), log);
        events.discovered(Set.of());
        events.accept(GREW);
        events.close();
        assertThat(file).content().isEqualTo(LINE + LINE + LINE);
    }

    @Test
    void onlyTheEndOfALongFileIsRead() throws Exception {
        String old = LINE.replace("\"db\"", "\"old\"");
        int lines = EventsTail.MAX_BYTES / LINE.length() + 1;
        Path file = Files.writeString(folder.resolve("events"), old + LINE.repeat(lines));
        assertThat(EventsTail.read(file).running()).containsOnly(Map.entry("db", GREW.to()));
    }

    @Test
    void recreatesEventsFileThatWasMoved() throws Exception {
        Path file = folder.resolve("events");
        var events = EventsFile.open(file.toString(), log);
        Files.move(file, folder.resolve("old"));
        events.accept(GREW);
        events.close();
        assertThat(file).content().isEqualTo(LINE);
    }

    @Test
    void reportsUnwritableFileAtOnce() {
        assertThatThrownBy(() -> EventsFile.open(folder.resolve("no/where").toString(), log))
                .isInstanceOf(IOException.class);
    }

    @Test
    void rejectsIrregularFileAtOnce() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        assertThatThrownBy(() -> EventsFile.open(pipe.toString(), log))
                .hasMessage("it is a pipe or a device, not a file");
        assertThatThrownBy(() -> EventsFile.open("/dev/full", log))
                .hasMessage("it is a pipe or a device, not a file");
        assertThatThrownBy(() -> EventsFile.open(folder.toString(), log))
                .hasMessage("it is a directory");
    }

    @Test
    void aFileThatTurnsIntoAPipeLosesItsLinesAndNothingHangs() throws Exception {
        Path file = folder.resolve("events");
        var events = EventsFile.open(file.toString(), log);
        Files.delete(file);
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
        events.accept(GREW);
        events.close();
        assertThat(events.lost()).isOne();
        assertThat(logged.toString(UTF_8)).contains("event is lost", "it is a pipe or a device");
    }

    @Test
    void stuckReaderBlocksNoCaller() throws Exception {
        var stuck = new CountDownLatch(1);
        var released = new CountDownLatch(1);
        var content = new ByteArrayOutputStream();
        var events =
                new EventsFile(
                        "stuck",
                        line -> {
                            stuck.countDown();
                            try {
                                released.await();
                            } catch (InterruptedException e) {
                                throw new IOException(e);
                            }
                            content.write(line);
                        },
                        log);
        events.accept(GREW);
        stuck.await();
        for (int i = 0; i < 2000; i++) events.accept(GREW);
        assertThat(events.lost()).isEqualTo(2000 - 1024);
        assertThat(logged.toString(UTF_8)).contains("over 1024 events wait to be written");
        released.countDown();
        events.close();
        assertThat(content.toString(UTF_8)).isEqualTo(LINE.repeat(1025));
    }

    /// A disk that accepts half of each write while it is full.
    private static final class FullDisk implements EventsFile.EventSink {
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private int before;

        @Override
        public void write(byte[] line) throws IOException {
            boolean full = before++ < 2;
            content.write(line, 0, full ? line.length / 2 : line.length);
            if (full) throw new IOException("no space left on device");
        }
    }

    @Test
    void fullDiskLosesOnlyUnwrittenEvents() {
        var disk = new FullDisk();
        var events = new EventsFile("disk", disk, log);
        for (int i = 0; i < 3; i++) events.accept(GREW);
        events.close();
        assertThat(events.lost()).isEqualTo(2);
        assertThat(disk.content.toString(UTF_8)).endsWith("\n" + LINE);
        assertThat(logged.toString(UTF_8).lines())
                .satisfiesExactly(
                        it -> assertThat(it).contains("event is lost", "no space left on device"),
                        it -> assertThat(it).contains("written again"));
    }
}
