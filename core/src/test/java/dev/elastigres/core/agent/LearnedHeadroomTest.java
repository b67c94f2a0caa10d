package dev.elastigres.core.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.CpuFigures;
import dev.elastigres.core.scaling.CpuUsage;
import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.scaling.Headroom;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.Preference;
import dev.elastigres.core.scaling.SizeShape;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class LearnedHeadroomTest {
    private static final SizeLimits LIMITS = SizeLimits.of(ComputeUnit.DEFAULT, 1, 64);
    private static final int SECONDS = 5;
    private static final int HOUR = 3600 / SECONDS;
    private static final double IN_USE_GIB = 0.5;

    private ScalingRules rules = rules(Preference.BALANCED);
    private LearnedHeadroom learned = LearnedHeadroom.NONE;
    private Duration now = Duration.ofDays(1);

    private static ScalingRules rules(Preference preference) {
        ScalingRules ours = ScalingRules.of(EnumSet.allOf(ExtraRule.class), preference);
        return ours.with(ours.goal().with(SizeShape.INDEPENDENT));
    }

    private Moment now() {
        return new Moment(now.toNanos());
    }

    private void read(double cpus, double gib) {
        Bytes total = Bytes.ofGibibytes(64);
        var host =
                new HostMetrics(
                        cpus,
                        cpus,
                        total,
                        total.minus(new Bytes((long) (gib * (1L << 30)))),
                        Bytes.ZERO,
                        new CpuFigures.Measured(new CpuUsage(cpus, 0)));
        var metrics = new VmMetrics(Optional.of(host), Optional.empty());
        learned = learned.read(metrics, now(), LIMITS, rules);
        now = now.plusSeconds(SECONDS);
    }

    private void cpus(int readings, IntToDoubleFunction cpusAt) {
        for (int i = 0; i < readings; i++) read(cpusAt.applyAsDouble(i), IN_USE_GIB);
    }

    private double use() {
        return learned.headroom(rules, now()).cpuUse().orElseThrow();
    }

    @Test
    void theTargetOfTheRulesIsAssumedAtFirst() {
        assertThat(use()).isEqualTo(0.8);
        cpus(3, _ -> 2);
        assertThat(use()).isBetween(0.8, 0.82);
    }

    @Test
    void cpusOfASteadyLoadMayBeNearlyFull() {
        cpus(2 * HOUR, _ -> 2);
        assertThat(use()).isEqualTo(CpuSwings.MAX_USE);
    }

    @Test
    void cpusOfAJumpyLoadHaveRoomForItsRises() {
        cpus(4 * HOUR, i -> i % 40 < 30 ? 2 : i % 40 < 35 ? 2.6 : 3.2);
        assertThat(use()).isCloseTo(1 / 1.3, within(0.06));
        rules = rules(Preference.LATENCY);
        assertThat(roundedUp(2 / use())).isGreaterThanOrEqualTo(2.6);
    }

    @Test
    void risesThatRoundingLeavesRoomForNeedNoHeadroom() {
        rules = rules.with(rules.goal().with(SizeShape.UNITS));
        cpus(4 * HOUR, i -> i % 20 < 15 ? 2.05 : 2.2);
        assertThat(use()).isEqualTo(CpuSwings.MAX_USE);
        learned = LearnedHeadroom.NONE;
        cpus(4 * HOUR, i -> i % 20 < 15 ? 2.05 : 2.3);
        assertThat(Math.ceil(2.05 / use() * 4) / 4).isGreaterThanOrEqualTo(2.3);
    }

    private static double roundedUp(double cpus) {
        return Math.ceil(cpus * 20) / 20;
    }

    @Test
    void risesThatNoHeadroomCoversBuyNone() {
        cpus(2 * HOUR, i -> i % 200 < 180 ? 1 : 8);
        assertThat(use()).isEqualTo(CpuSwings.MAX_USE);
    }

    @Test
    void swingsWithinTheMinimumDoNotCount() {
        cpus(HOUR, i -> i % 2 == 0 ? 0.01 : 0.2);
        assertThat(use()).isEqualTo(0.8);
    }

    @Test
    void ignoresCpuChangesAcrossMetricGaps() {
        for (int i = 0; i < HOUR; i++) {
            read(i % 2 == 0 ? 2 : 3, IN_USE_GIB);
            now = now.plusSeconds(60);
        }
        assertThat(use()).isEqualTo(0.8);
    }

    @Test
    void picksCheapestCpuWindowForEachLoad() {
        assertThat(learned.cpuWindow(rules)).isEqualTo(Duration.ofMinutes(1));
        cpus(2 * HOUR, i -> i % 60 < 3 ? 4 : 0.5);
        assertThat(learned.cpuWindow(rules)).isEqualTo(Duration.ofSeconds(15));
        // Peaks two minutes apart, too far for the shorter windows.
        learned = LearnedHeadroom.NONE;
        cpus(6 * HOUR, i -> i % 24 < 2 ? 3.3 : 2);
        assertThat(learned.cpuWindow(rules)).isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    void aReserveCoversTheLargestRiseOfMemoryInADay() {
        for (int i = 0; i < HOUR; i++) read(1, i == 300 ? 2.2 : 0.7);
        Headroom headroom = learned.headroom(rules, now());
        Bytes before = goal(0.7, Headroom.OF_RULES).size().memory();
        Bytes after = goal(0.7, headroom).size().memory();
        assertThat(before).hasToString("1.50GiB");
        assertThat(after.value()).isGreaterThanOrEqualTo((long) (2.2 * (1L << 30)));
        assertThat(after).hasToString("2.50GiB");
        assertThat(goal(0.7, headroom).text()).contains("1.25GiB in reserve for its rises");
        now = now.plusDays(1);
        assertThat(learned.headroom(rules, now()).memory()).isEqualTo(Bytes.ZERO);
    }

    @Test
    void aRiseThatTheReserveMayNotCoverIsNotProvidedFor() {
        for (int i = 0; i < HOUR; i++) read(1, i == 300 ? 5 : 0.7);
        assertThat(learned.headroom(rules, now()).memory()).isEqualTo(Bytes.ZERO);
        learned = LearnedHeadroom.NONE;
        rules = rules(Preference.LATENCY);
        for (int i = 0; i < HOUR; i++) read(1, i == 300 ? 5 : 0.7);
        assertThat(learned.headroom(rules, now()).memory()).isGreaterThan(Bytes.ZERO);
    }

    @Test
    void learnsNothingWhenRuleIsOff() {
        rules = ScalingRules.of(EnumSet.complementOf(EnumSet.of(ExtraRule.LEARNED_HEADROOM)));
        cpus(HOUR, _ -> 2);
        assertThat(learned).isEqualTo(LearnedHeadroom.NONE);
        assertThat(learned.headroom(rules, now())).isEqualTo(Headroom.OF_RULES);
    }

    private Goal goal(double gib, Headroom headroom) {
        Bytes total = Bytes.ofGibibytes(64);
        var host =
                new HostMetrics(
                        1,
                        1,
                        total,
                        total.minus(new Bytes((long) (gib * (1L << 30)))),
                        Bytes.ZERO,
                        new CpuFigures.Measured(new CpuUsage(1, 0)));
        return Goal.of(
                new VmMetrics(Optional.of(host), Optional.empty()),
                LIMITS.unit(),
                rules.goal(),
                LIMITS.min(),
                headroom);
    }
}
