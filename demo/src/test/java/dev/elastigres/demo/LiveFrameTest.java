package dev.elastigres.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.host.terminal.TerminalText;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveFrameTest {
    private static final Duration AT = Duration.ofMillis(12_340);

    @Test
    void showsMemoryAgainstThresholdAndMachine() {
        // 64 cells show 1280 MiB: 20 MiB each.
        List<String> lines = frame(73, false, false).lines(AT, gauge(400, 500, 3));
        assertThat(lines)
                .containsExactly(
                        "        12.34 s - the load grows",
                        "memory  "
                                + "#".repeat(20)
                                + "-".repeat(5)
                                + "|"
                                + "-".repeat(12)
                                + ".".repeat(26),
                        "        400MiB used, threshold 500MiB, machine 768MiB",
                        "size    ###.. 3 of 5 compute units, 0.75 vCPU; effective_cache_size 501M");
    }

    @Test
    void marksTheThresholdInMemoryThatIsAboveIt() {
        String bar = frame(73, false, true).lines(AT, gauge(600, 500, 3)).get(1);
        assertThat(bar).startsWith("memory  " + "█".repeat(25) + "┃" + "█".repeat(4) + "░");
    }

    @Test
    void paintsOnlyWhereColoursAreWanted() {
        DemoSnapshot above = gauge(600, 500, 3);
        assertThat(String.join("", frame(80, false, true).lines(AT, above)))
                .doesNotContain("\u001b");
        assertThat(frame(80, true, true).lines(AT, above).get(1)).contains("\u001b[31m█");
        assertThat(frame(80, true, true).lines(AT, gauge(100, 500, 3)).get(1))
                .contains("\u001b[32m█");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 10, 20, 40, 80, 500})
    void neverFillsALine(int columns) {
        for (DemoSnapshot snapshot :
                List.of(gauge(0, 500, 2), gauge(400, 500, 3), gauge(9000, 9000, 5), unknown())) {
            List<String> lines = frame(columns, false, true).lines(AT, snapshot);
            assertThat(lines).hasSize(LiveFrame.HEIGHT);
            assertThat(lines).allMatch(line -> line.length() < Math.max(columns, 10));
        }
    }

    private static LiveFrame frame(int columns, boolean colour, boolean unicode) {
        return new LiveFrame(MachineSizes.DEFAULT, new TerminalText(columns, colour, unicode));
    }

    private static DemoSnapshot gauge(long used, long threshold, int units) {
        return new DemoSnapshot(
                Bytes.ofMebibytes(used),
                Bytes.ofMebibytes(threshold),
                MachineSizes.DEFAULT.of(units),
                Bytes.ofMebibytes(501),
                "the load grows");
    }

    /// Returns the snapshot before the first status of the monitor.
    private static DemoSnapshot unknown() {
        return new DemoSnapshot(
                Bytes.ZERO, Bytes.MAX, MachineSizes.DEFAULT.of(2), Bytes.ZERO, "calm");
    }
}
