package dev.elastigres.agent.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.agent.driver.DiscoveredVm.OomKill;
import dev.elastigres.agent.history.HistoryFile.HistoryContent;
import dev.elastigres.agent.history.HistoryFile.NumberedRecord;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.page.ChartEvent;
import dev.elastigres.page.ChartPoint;
import dev.elastigres.page.EventKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFileTest {
    private static final Instant BEGIN = Instant.parse("2026-11-22T10:00:00Z");

    @TempDir private Path folder;
    private HistoryFile file;

    @BeforeEach
    void begin() {
        file = new HistoryFolder(folder).file("shop/db-0");
    }

    private static TimelinePoint point(int minute) {
        return new TimelinePoint(
                BEGIN.plusSeconds(60L * minute),
                ComputeUnit.DEFAULT.times(minute % 7),
                ComputeUnit.DEFAULT.times(minute % 7 + 1));
    }

    private static HistoryContent points(int from, int to) {
        return new HistoryContent(
                IntStream.range(from, to).mapToObj(HistoryFileTest::point).toList(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    private static NumberedRecord<ChartEvent> event(long number, String what) {
        return new NumberedRecord<>(
                number,
                new ChartEvent(2 * number, BEGIN.plusSeconds(number), EventKind.REFUSED, what));
    }

    private static ChartPoint recent(int step) {
        return new ChartPoint(
                BEGIN.plusSeconds(10L * step), 1, step, Double.NaN, 4, 5, 6, Double.NaN, 8);
    }

    private static HistoryContent events(
            List<NumberedRecord<ChartEvent>> changes, List<NumberedRecord<ChartEvent>> decisions) {
        return new HistoryContent(List.of(), List.of(), changes, decisions, List.of());
    }

    @Test
    void readsBackWrittenHistory() throws Exception {
        var content =
                new HistoryContent(
                        points(0, 3).points(),
                        List.of(recent(0), recent(1)),
                        List.of(event(0, "grew"), event(1, "schrumpfte für €")),
                        List.of(event(7, "should grow")),
                        List.of(
                                new NumberedRecord<>(
                                        0, new OomKill(Optional.of(Bytes.ofGibibytes(2)), BEGIN)),
                                new NumberedRecord<>(1, new OomKill(Optional.empty(), BEGIN))));
        assertThat(file.read()).isEqualTo(HistoryContent.EMPTY);
        file.write(content);
        assertThat(file.read()).isEqualTo(content);
        assertThat(file.path().getFileName()).hasToString("shop%2Fdb-0.history");
    }

    @Test
    void newRecordsReplaceTheOldestAndTheFileIsBounded() throws Exception {
        for (int i = 0; i < 5000; i += 100) file.write(points(i, i + 100));
        List<NumberedRecord<ChartEvent>> events =
                LongStream.range(0, 300).mapToObj(it -> event(it, "x" + it)).toList();
        file.write(events(events, events));
        file.write(
                new HistoryContent(
                        List.of(),
                        IntStream.range(0, 400).mapToObj(HistoryFileTest::recent).toList(),
                        List.of(),
                        List.of(),
                        List.of()));
        HistoryContent read = file.read();
        assertThat(read.points()).hasSize(HistoryFile.POINTS).endsWith(point(4999));
        assertThat(read.recent()).hasSize(HistoryFile.RECENT).endsWith(recent(399));
        assertThat(read.changes()).hasSize(HistoryFile.CHANGES).endsWith(event(299, "x299"));
        assertThat(read.decisions()).hasSize(HistoryFile.DECISIONS).endsWith(event(299, "x299"));
        assertThat(Files.size(file.path())).isLessThanOrEqualTo(HistoryFile.SIZE);
    }

    @Test
    void aLongEventIsCutBetweenTwoCharacters() throws Exception {
        var all = List.of(event(0, "€".repeat(200)));
        file.write(events(all, all));
        HistoryContent read = file.read();
        assertThat(read.changes().getFirst().record().text()).matches("€{70,80}");
        assertThat(read.decisions().getFirst().record().text()).matches("€{110,120}");
    }

    /// As after a crash in the middle of a write, or a disk that lost a sector.
    @Test
    void onlyDamagedRecordsAreLost() throws Exception {
        file.write(points(0, 1000));
        byte[] whole = Files.readAllBytes(file.path());
        var random = new Random(1);
        for (int i = 0; i < 200; i++) {
            byte[] damaged = whole.clone();
            int at = random.nextInt(8, damaged.length - 64);
            for (int each = at; each < at + 40; each++) damaged[each] = (byte) random.nextInt();
            Files.write(file.path(), damaged);
            List<TimelinePoint> read = file.read().points();
            assertThat(read).hasSizeGreaterThanOrEqualTo(998);
            assertThat(points(0, 1000).points()).containsAll(read);
        }
        Files.write(file.path(), Arrays.copyOf(whole, 1234));
        assertThat(file.read().points()).hasSizeLessThan(31);
        Files.write(file.path(), new byte[3]);
        assertThat(file.read()).isEqualTo(HistoryContent.EMPTY);
    }

    @Test
    void anotherFileIsRefused() throws Exception {
        Files.writeString(file.path(), "something else that is long enough");
        assertThatThrownBy(file::read)
                .isInstanceOf(IOException.class)
                .hasMessage("it is not a history of a VM");
        Files.write(file.path(), new byte[HistoryFile.SIZE + 1]);
        assertThatThrownBy(file::read).isInstanceOf(IOException.class);
    }
}
