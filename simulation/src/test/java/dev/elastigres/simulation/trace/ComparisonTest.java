package dev.elastigres.simulation.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.core.agent.Extra;
import dev.elastigres.core.agent.Rules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ComparisonTest {

    @Test
    void aLoadThatStaysCostsWhatItNeeds() {
        // 0.4 CPUs: two units by either rule, and by P99.5 and 20 % more.
        List<Verdict> verdicts = compare(_ -> 0.4);
        assertThat(verdicts)
                .extracting(Verdict::policy)
                .containsExactly("elastigres", "neon", "fixed at 2 units");
        assertThat(verdicts)
                .allSatisfy(
                        it -> {
                            assertThat(it.unitHours()).isBetween(1.9, 2.01);
                            assertThat(it.oomRisks()).isZero();
                        });
        assertThat(verdicts.getLast().resizesPerHour()).isZero();
        assertThat(verdicts.getLast().shortShare()).isZero();
    }

    @Test
    void realDemandIsFollowedFasterThanTheLoadAverage() {
        List<Verdict> verdicts = compare(minute -> minute % 20 < 10 ? 0.2 : 2);
        Verdict ours = verdicts.get(0);
        Verdict neon = verdicts.get(1);
        assertThat(ours.shortShare()).isLessThan(neon.shortShare());
        assertThat(ours.resizesPerHour()).isPositive();
    }

    @Test
    void whatIsNotDampedIsResizedMoreOften() {
        Trace bursts = GeneratedLoad.BURSTY.trace(3);
        Rules undamped = Rules.of(EnumSet.complementOf(EnumSet.of(Extra.DAMPING)));
        assertThat(compare(bursts, undamped).getFirst().resizesPerHour())
                .isGreaterThan(compare(bursts, Rules.ELASTIGRES).getFirst().resizesPerHour());
    }

    @ParameterizedTest
    @EnumSource
    void everyLoadOfOursIsReplayed(GeneratedLoad load) {
        Trace again = load.trace(3);
        assertThat(load.trace(3)).isEqualTo(again).isNotEqualTo(load.trace(4));
        List<Verdict> verdicts = compare(load.trace(3), Rules.ELASTIGRES);
        assertThat(verdicts)
                .hasSize(3)
                .allSatisfy(
                        it -> {
                            assertThat(it.unitHours()).isPositive();
                            assertThat(it.shortShare()).isBetween(0.0, 1.0);
                            assertThat(it.shortDepth()).isBetween(0.0, 1.0);
                        });
        // What is the point of it all.
        assertThat(verdicts.getFirst().unitHours()).isLessThan(verdicts.getLast().unitHours());
    }

    @Test
    void readsATrace() throws Exception {
        Trace trace =
                TraceText.parse(
                        Stream.of("time,cpu,memory,working_set", "0,0.5,1e9,2", "60, 1,0,0", ""));
        assertThat(trace.samples())
                .containsExactly(
                        new Sample(0, 0.5, new Bytes(1_000_000_000), new Bytes(2)),
                        new Sample(60, 1, Bytes.ZERO, Bytes.ZERO));
    }

    @Test
    void columnsGoByTheirHeader() throws Exception {
        Trace trace =
                TraceText.parse(
                        Stream.of(
                                "\uFEFF\"Working Set\", host ,CPU,memory,Time",
                                "2,db1,0.5,1e9,0",
                                "",
                                "0,db1,1,\"0\",60"));
        assertThat(trace.samples())
                .containsExactly(
                        new Sample(0, 0.5, new Bytes(1_000_000_000), new Bytes(2)),
                        new Sample(60, 1, Bytes.ZERO, Bytes.ZERO));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "H;0,1,2,3|at least two samples",
                "H|at least two samples",
                "H;0,1,2,3;0,1,2,3|time does not go on at 0 s",
                "H;0,1,2,3;1,2,3|line 3 has 3 columns instead of 4",
                "H;0,1,2,3;1,x,2,3|line 3 has a cpu that is no such number",
                "H;0,1,2,3;1,1,-2,3|line 3 has a memory that is no such number",
                "H;0,1,2,3;9999999,1,2,3|longer than 28 days",
                "0,1,2,3;1,1,2,3|line 1 names no column time",
                "time,cpus,memory,working_set;0,1,2,3|line 1 names no column cpu",
                "time\tcpu\tmemory\tworking_set;0\t1\t2\t3|line 1 names no column time",
                "time,cpu,memory,mem,working_set,cpu;0,1,2,3|line 1 names the column cpu twice"
            })
    void saysWhatIsWrongWithATrace(String lines, String why) {
        String whole = lines.replace("H", "time,cpu,memory,working_set");
        assertThatThrownBy(() -> TraceText.parse(Stream.of(whole.split(";", -1))))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining(why);
    }

    private static List<Verdict> compare(IntToDoubleFunction cpusAtMinute) {
        var samples = new ArrayList<Sample>();
        for (int minute = 0; minute <= 60; minute++)
            samples.add(
                    new Sample(
                            minute * 60L,
                            cpusAtMinute.applyAsDouble(minute),
                            Bytes.ofMebibytes(300),
                            Bytes.ofMebibytes(100)));
        return compare(new Trace(samples), Rules.ELASTIGRES);
    }

    private static List<Verdict> compare(Trace trace, Rules rules) {
        return new Comparison(trace, ComputeUnit.DEFAULT, "elastigres", rules).verdicts();
    }
}
