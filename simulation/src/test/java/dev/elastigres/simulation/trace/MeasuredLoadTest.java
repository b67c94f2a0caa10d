package dev.elastigres.simulation.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MeasuredLoadTest {
    private static final long BEGIN = 1_795_000_000;
    private static final Resources SIZE = new Resources(4, Bytes.ofGibibytes(16));
    private static final long GIB = 1L << 30;

    @Test
    void aShortGapKeepsTheLastValue() throws Exception {
        var load =
                MeasuredLoad.of(
                        Map.of(BEGIN, 1.0, BEGIN + 60, 2.0, BEGIN + 240, 3.0),
                        Map.of(BEGIN, 5.0, BEGIN + 60, 6.0, BEGIN + 240, 7.0),
                        Map.of(BEGIN + 60, 9.0));
        assertThat(load.missingSeconds()).isZero();
        assertThat(load.trace().samples())
                .containsExactly(point(0, 1, 5, 0), point(60, 2, 6, 9), point(240, 2, 6, 9));
    }

    @Test
    void timeWithoutDataIsLeftOut() throws Exception {
        var load =
                MeasuredLoad.of(
                        Map.of(BEGIN, 1.0, BEGIN + 60, 2.0, BEGIN + 7260, 3.0, BEGIN + 7320, 3.0),
                        Map.of(BEGIN, 5.0, BEGIN + 60, 6.0, BEGIN + 7260, 7.0, BEGIN + 7320, 7.0),
                        Map.of());
        assertThat(load.missingSeconds()).isEqualTo(7200 - 60);
        assertThat(load.trace().samples())
                .containsExactly(
                        point(0, 1, 5, 0),
                        point(60, 2, 6, 0),
                        point(120, 3, 7, 0),
                        point(180, 3, 7, 0));
    }

    @Test
    void aSeriesThatBeginsLaterShortensTheLoad() throws Exception {
        var load =
                MeasuredLoad.of(
                        Map.of(BEGIN, 1.0, BEGIN + 60, 2.0, BEGIN + 120, 3.0),
                        Map.of(BEGIN + 60, 6.0, BEGIN + 120, 7.0),
                        Map.of());
        assertThat(load.trace().samples()).containsExactly(point(0, 2, 6, 0), point(60, 2, 6, 0));
        assertThat(load.missingSeconds()).isZero();
    }

    @Test
    void valuesThatAreNoAmountsAreAbsent() throws Exception {
        var load =
                MeasuredLoad.of(
                        Map.of(BEGIN, 1.0, BEGIN + 60, Double.NaN, BEGIN + 120, 3.0),
                        Map.of(BEGIN, 5.0, BEGIN + 60, -6.0, BEGIN + 120, 1e300),
                        Map.of());
        assertThat(load.trace().samples()).containsExactly(point(0, 1, 5, 0), point(120, 1, 5, 0));
        assertThatThrownBy(() -> MeasuredLoad.of(Map.of(BEGIN, 1.0), Map.of(), Map.of()))
                .isInstanceOf(TraceException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // As the console downloads a graph.
                """
                Label,CPUUtilization,FreeableMemory
                2026/11/22 08:00:00,50,4294967296
                2026/11/22 08:05:00,25,8589934592
                """,
                // With more headers, columns and quotes, newest first, an empty field.
                """
                \uFEFF"Full label","ReadIOPS","db-1, FreeableMemory","db-1, CPUUtilization"
                Id,m3,m2,m1
                Region,eu-west-1,eu-west-1,eu-west-1

                "2026-11-22T08:05:00.000Z",,8589934592.0,25.0
                "2026-11-22T08:02:30.000Z",17,,
                "2026-11-22T08:00:00.000Z",17,4294967296.0,50.0
                """,
                // The CloudWatch agent has no FreeableMemory.
                """
                Timestamp,mem_used_percent,CPUUtilization
                1795420800,75,50
                1795421100,50,25
                """
            })
    void cloudWatchIsScaledBySize(String text) throws Exception {
        assertThat(CloudWatchText.isNamedIn(text.lines().toList())).isTrue();
        MeasuredLoad load = CloudWatchText.parse(text.lines(), SIZE);
        assertThat(load.trace().samples())
                .containsExactly(point(0, 2, 12 * GIB, 0), point(300, 2, 12 * GIB, 0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Label,FreeableMemory;2026/11/22 08:00:00,1           | no column is named CPUUtilization
                    Label,CPUUtilization;2026/11/22 08:00:00,1           | no column is named FreeableMemory or mem_used_percent
                    Label,CPUUtilization,FreeableMemory                  | no line has a timestamp
                    L,CPUUtilization,CPUUtilization;2026/11/22 08:00:00,1,2 | two columns are named CPUUtilization
                    L,CPUUtilization,FreeableMemory;2026/11/22 08:00:00,x,2 | line 2 has no valid CPUUtilization
                    L,CPUUtilization,FreeableMemory;2026/11/22 08:00:00,1,99999999999 | line 2 has more FreeableMemory than the instance's 16GiB
                    L,CPUUtilization,FreeableMemory;2026/11/22 08:00:00,1,2;tomorrow,1,2 | line 3 has no timestamp
                    """)
    void aFileOfCloudWatchThatCannotBeReadIsExplained(String text, String why) {
        assertThatThrownBy(() -> CloudWatchText.parse(text.replace(';', '\n').lines(), SIZE))
                .isInstanceOf(TraceException.class)
                .hasMessageStartingWith(why);
    }

    @Test
    void plainColumnsMayBeInAnyOrderWithDateTimes() throws Exception {
        String text =
                """
                memory,"comment",Working Set,time,cpu
                5,"one, two",7,2026-11-22T08:00:00Z,1.5
                6,,8,2026-11-22 08:01:00,2.5
                """;
        assertThat(CloudWatchText.isNamedIn(text.lines().toList())).isFalse();
        assertThat(TraceText.parse(text.lines()).samples())
                .containsExactly(point(1_795_334_400, 1.5, 5, 7), point(1_795_334_460, 2.5, 6, 8));
    }

    private static TracePoint point(long second, double cpus, long memory, long cached) {
        return new TracePoint(second, cpus, new Bytes(memory), new Bytes(cached));
    }
}
