package dev.elastigres.simulation.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.elastigres.core.agent.ExtraRule;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.SizeShape;
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

class PolicyComparisonTest {

    @Test
    void constantLoadCostsWhatItNeeds() {
        // 0.4 CPUs: two units by either rule, and by P99.5 and 20 % more.
        List<PolicyResult> results = compare(_ -> 0.4);
        assertThat(results)
                .extracting(PolicyResult::policy)
                .containsExactly(
                        "elastigres", "neon", "fixed at 2 units", "clairvoyant", "clairvoyant");
        assertThat(results)
                .allSatisfy(
                        it -> {
                            // CPUs call for two units, memory for one.
                            double expected = it.shape() == SizeShape.UNITS ? 2 : 1.5;
                            // What waited at the start counts for as long as a goal does.
                            assertThat(it.cost()).isBetween(expected - 0.1, expected + 0.05);
                            assertThat(it.oomRisks()).isZero();
                        });
        assertThat(results.get(2).resizesPerHour()).isZero();
        assertThat(results.get(2).shortShare()).isZero();
    }

    @Test
    void realDemandIsFollowedFasterThanTheLoadAverage() {
        List<PolicyResult> results = compare(minute -> minute % 20 < 10 ? 0.2 : 2);
        PolicyResult ours = results.get(0);
        PolicyResult neon = results.get(1);
        assertThat(ours.shortShare()).isLessThan(neon.shortShare());
        assertThat(ours.resizesPerHour()).isPositive();
    }

    @Test
    void undampedPolicyResizesMoreOften() {
        LoadTrace bursts = GeneratedLoad.BURSTY.trace(3);
        ScalingRules undamped =
                ScalingRules.of(EnumSet.complementOf(EnumSet.of(ExtraRule.DAMPING)));
        assertThat(compare(bursts, undamped).getFirst().resizesPerHour())
                .isGreaterThan(
                        compare(bursts, ScalingRules.ELASTIGRES).getFirst().resizesPerHour());
    }

    /// Bounds for the measured loads: the cost relative to the schedule of whole units that knows
    /// the future, the time with shortage, and the moments of OOM risk.
    @ParameterizedTest
    @CsvSource({
        "RDS_CC0C53, UNITS, 1.08, 0",
        "RDS_CC0C53, INDEPENDENT, 0.75, 1",
        "EC2_FE7F93, UNITS, 1.08, 19",
        "EC2_FE7F93, INDEPENDENT, 0.85, 19",
        "EC2_5F5533, UNITS, 1.08, 0",
        "EC2_5F5533, INDEPENDENT, 0.75, 0"
    })
    void learnedHeadroomIsCheapOnMeasuredLoads(
            RecordedLoad load, SizeShape shape, double ratio, int oomRisks) {
        ScalingRules ours = ScalingRules.ELASTIGRES;
        PolicyResult result = compare(load.trace(), ours.with(ours.goal().with(shape))).getFirst();
        assertThat(result.costRatio()).isLessThan(ratio);
        assertThat(result.shortShare()).isLessThan(0.003);
        assertThat(result.oomRisks()).isLessThanOrEqualTo(oomRisks);
    }

    @ParameterizedTest
    @EnumSource
    void replaysEveryGeneratedLoad(GeneratedLoad load) {
        LoadTrace again = load.trace(3);
        assertThat(load.trace(3)).isEqualTo(again).isNotEqualTo(load.trace(4));
        List<PolicyResult> results = compare(load.trace(3), ScalingRules.ELASTIGRES);
        assertThat(results)
                .hasSize(5)
                .allSatisfy(
                        it -> {
                            assertThat(it.cost()).isPositive();
                            assertThat(it.shortShare()).isBetween(0.0, 1.0);
                            assertThat(it.shortDepth()).isBetween(0.0, 1.0);
                        });
        // The policy must be cheaper than the constant size.
        assertThat(results.getFirst().cost()).isLessThan(results.get(2).cost());
    }

    @ParameterizedTest
    @CsvSource({
        "RDS_CC0C53, 3642.9, 2472.0",
        "EC2_FE7F93, 976.3, 748.6",
        "EC2_5F5533, 4804.3, 3245.6"
    })
    void theSchedulesThatKnowTheFutureAreTheCheapest(
            RecordedLoad load, double tied, double independent) {
        LoadTrace trace = load.trace();
        var units = ClairvoyantSchedule.tied(trace, ComputeUnit.DEFAULT);
        var cpu = ClairvoyantSchedule.cpu(trace, ComputeUnit.DEFAULT);
        var memory = ClairvoyantSchedule.memory(trace, ComputeUnit.DEFAULT);
        double tiedHours = 0;
        double independentHours = 0;
        for (int second = 0; second < trace.seconds(); second++) {
            tiedHours += units.units(second) / 3600.0;
            independentHours += (cpu.units(second) + memory.units(second)) / 7200.0;
        }
        assertThat(tiedHours).isCloseTo(tied, within(0.06));
        assertThat(independentHours).isCloseTo(independent, within(0.06));
    }

    @Test
    void aScheduleThatKnowsTheFutureIsNeverShort() {
        List<PolicyResult> results = compare(GeneratedLoad.RAMP.trace(2), ScalingRules.ELASTIGRES);
        assertThat(results.get(3).costRatio()).isEqualTo(1);
        assertThat(results.get(4).costRatio()).isLessThan(1);
        assertThat(results.subList(3, 5))
                .allSatisfy(
                        it -> {
                            assertThat(it.shortShare()).isZero();
                            assertThat(it.delayP99()).isZero();
                            assertThat(it.oomRisks()).isZero();
                        });
    }

    @Test
    void workThatFindsNoCpuWaits() {
        var queue = new CpuQueue();
        // Three seconds of two CPUs' work on one CPU, then nothing until it is done.
        for (int second = 0; second < 3; second++) queue.second(second, 2, 1);
        assertThat(queue.backlog()).isEqualTo(3);
        for (int second = 3; second < 6; second++) queue.second(second, 0, 1);
        assertThat(queue.backlog()).isZero();
        assertThat(queue.delayPercentile(0.99, 6)).isEqualTo(3);
        assertThat(queue.delayPercentile(0.5, 6)).isEqualTo(1);
    }

    @Test
    void workThatIsNeverDoneHasADelay() {
        var queue = new CpuQueue();
        for (int second = 0; second < 100; second++) queue.second(second, 1, 0);
        assertThat(queue.delayPercentile(0.99, 100)).isEqualTo(99);
    }

    @Test
    void readsATrace() throws Exception {
        LoadTrace trace =
                TraceText.parse(
                        Stream.of("time,cpu,memory,working_set", "0,0.5,1e9,2", "60, 1,0,0", ""));
        assertThat(trace.samples())
                .containsExactly(
                        new TracePoint(0, 0.5, new Bytes(1_000_000_000), new Bytes(2)),
                        new TracePoint(60, 1, Bytes.ZERO, Bytes.ZERO));
    }

    @Test
    void columnsGoByTheirHeader() throws Exception {
        LoadTrace trace =
                TraceText.parse(
                        Stream.of(
                                "\uFEFF\"Working Set\", host ,CPU,memory,Time",
                                "2,db1,0.5,1e9,0",
                                "",
                                "0,db1,1,\"0\",60"));
        assertThat(trace.samples())
                .containsExactly(
                        new TracePoint(0, 0.5, new Bytes(1_000_000_000), new Bytes(2)),
                        new TracePoint(60, 1, Bytes.ZERO, Bytes.ZERO));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "H;0,1,2,3|at least two samples",
                "H|at least two samples",
                "H;0,1,2,3;0,1,2,3|time does not go on at 0 s",
                "H;0,1,2,3;1,2,3|line 3 has 3 columns instead of 4",
                "H;0,1,2,3;1,x,2,3|line 3 has a cpu that is not a number in its range",
                "H;0,1,2,3;1,1,-2,3|line 3 has a memory that is not a number in its range",
                "H;0,1,2,3;9999999,1,2,3|longer than 28 days",
                "0,1,2,3;1,1,2,3|line 1 names no column time",
                "time,cpus,memory,working_set;0,1,2,3|line 1 names no column cpu",
                "time\tcpu\tmemory\tworking_set;0\t1\t2\t3|line 1 names no column time",
                "time,cpu,memory,mem,working_set,cpu;0,1,2,3|line 1 names the column cpu twice"
            })
    void reportsInvalidTrace(String lines, String why) {
        String whole = lines.replace("H", "time,cpu,memory,working_set");
        assertThatThrownBy(() -> TraceText.parse(Stream.of(whole.split(";", -1))))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining(why);
    }

    private static List<PolicyResult> compare(IntToDoubleFunction cpusAtMinute) {
        var samples = new ArrayList<TracePoint>();
        for (int minute = 0; minute <= 60; minute++)
            samples.add(
                    new TracePoint(
                            minute * 60L,
                            cpusAtMinute.applyAsDouble(minute),
                            Bytes.ofMebibytes(300),
                            Bytes.ofMebibytes(100)));
        return compare(new LoadTrace(samples), ScalingRules.ELASTIGRES);
    }

    private static List<PolicyResult> compare(LoadTrace trace, ScalingRules rules) {
        Prices prices = Prices.of(ComputeUnit.DEFAULT);
        return new PolicyComparison(trace, ComputeUnit.DEFAULT, "elastigres", rules, prices)
                .results();
    }
}
