package dev.elastigres.core.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.agent.Action.RequestDownscale;
import dev.elastigres.core.agent.Action.RequestPermit;
import dev.elastigres.core.agent.Action.Resize;
import dev.elastigres.core.agent.Event.DownscaleAgreed;
import dev.elastigres.core.agent.Event.LimitsChanged;
import dev.elastigres.core.agent.Event.MetricsRead;
import dev.elastigres.core.agent.Event.MonitorFound;
import dev.elastigres.core.agent.Event.PermitReceived;
import dev.elastigres.core.agent.Event.ResizeEnded;
import dev.elastigres.core.agent.Event.TimerFired;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.CpuFigures;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Tests when a failed resize is retried. The scheduler permits every request.
class ResizeBackoffTest {
    private static final ComputeUnit UNIT = ComputeUnit.DEFAULT;
    private static final SizeLimits LIMITS = SizeLimits.of(UNIT, 1, 16);

    private final List<ResizeAttempt> attempts = new ArrayList<>();
    private Moment now = new Moment(0);
    private State state = State.begin(LIMITS, size(1), size(1), 1, ScalingRules.NEON, now);
    private Function<Resize, ResizeOutcome> driver = it -> new ResizeOutcome.Done(it.to());
    private int load = 1;

    private record ResizeAttempt(long second, Resources to) {}

    /// The interval between retries grows.
    @ParameterizedTest
    @EnumSource(
            value = ResizeFailure.class,
            names = {"QUOTA", "LIMIT_RANGE", "ADMISSION", "INVALID", "TOO_LARGE", "NOT_RESIZABLE"})
    void backsOffExponentiallyAfterRuleRejection(ResizeFailure failure) {
        driver = _ -> rejected(failure, state.current());
        load = 4;
        run(1_300);
        assertThat(waits()).containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 300L, 300L, 300L);
        assertThat(state.why().obstacle()).isEqualTo(new Obstacle.ResizeFailed(failure, "no"));
        assertThat(state.why().obstacle().code()).isEqualTo(failure.code());
    }

    @Test
    void retriesTemporaryFailureSooner() {
        driver = _ -> rejected(ResizeFailure.UNAVAILABLE, state.current());
        load = 4;
        run(90);
        assertThat(waits()).containsExactly(5L, 10L, 20L, 20L, 20L);
    }

    /// The driver fails as a whole, as when it has to abandon a call.
    @Test
    void failuresOfTheWholeDriverBackOffAsWell() {
        driver = _ -> new ResizeOutcome.Failed("it is not there");
        load = 4;
        run(250);
        assertThat(waits()).containsExactly(5L, 10L, 20L, 40L, 60L, 60L);
    }

    @Test
    void aSmallerStepDoesNotWait() {
        driver = it -> fitsUpTo(it, 3);
        load = 8;
        run(31);
        assertThat(attempts).hasSize(3);
        load = 6;
        run(1);
        assertThat(attempts.getLast().to).isEqualTo(size(6));
        load = 7;
        run(1);
        assertThat(attempts).as("no smaller one than failed").hasSize(4);
        load = 3;
        run(1);
        assertThat(state.current()).isEqualTo(size(3));
    }

    /// A goal that goes up and down does not shorten the backoff.
    @Test
    void unsteadyGoalDoesNotResetBackoff() {
        driver = it -> fitsUpTo(it, 1);
        for (int i = 0; i < 150; i++) {
            load = i % 2 == 0 ? 8 : 1;
            run(1);
        }
        assertThat(attempts.size()).isLessThanOrEqualTo(6 + 150 / 5);
    }

    @Test
    void partialGrowthResetsBackoff() {
        driver = it -> rejected(ResizeFailure.QUOTA, it.to().min(size(5)));
        load = 8;
        run(6);
        assertThat(state.current()).isEqualTo(size(5));
        assertThat(waits()).containsExactly(5L);
        run(10);
        assertThat(waits()).as("nothing more comes").containsExactly(5L, 10L);
        assertThat(state.why().obstacle())
                .isEqualTo(new Obstacle.ResizeFailed(ResizeFailure.QUOTA, "no"));
    }

    /// The room is available to other VMs meanwhile.
    @Test
    void returnsPermitForSizeThatARuleRejects() {
        driver = it -> fitsUpTo(it, 1);
        load = 8;
        run(21);
        assertThat(state.scheduler().permit()).isEqualTo(size(1));
        driver = it -> new ResizeOutcome.Done(it.to());
        run(20);
        assertThat(state.current()).isEqualTo(size(8));
        assertThat(state.scheduler().permit()).isEqualTo(size(8));
    }

    @Test
    void onlyTheResourceThatWasRejectedWaits() {
        driver =
                it ->
                        new ResizeOutcome.PerResource(
                                new Resources(state.current().vcpus(), it.to().memory()),
                                new ResourceOutcome.Failed(ResizeFailure.NOT_RESIZABLE, "static"),
                                new ResourceOutcome.Done());
        load = 4;
        run(2);
        assertThat(state.current()).isEqualTo(new Resources(0.25, Bytes.ofGibibytes(4)));
        load = 6;
        run(1);
        assertThat(attempts.getLast().to).isEqualTo(new Resources(0.25, Bytes.ofGibibytes(6)));
        assertThat(state.why().obstacle())
                .isEqualTo(new Obstacle.ResizeFailed(ResizeFailure.NOT_RESIZABLE, "static"));
    }

    @Test
    void otherLimitsAreANewAttempt() {
        driver = it -> fitsUpTo(it, 1);
        load = 8;
        run(200);
        int before = attempts.size();
        after(new LimitsChanged(SizeLimits.of(UNIT, 1, 12)));
        run(1);
        assertThat(attempts).hasSize(before + 1);
    }

    @Test
    void forgetsBackoffOfSizeNoLongerWanted() {
        driver = it -> fitsUpTo(it, 1);
        load = 8;
        run(100);
        load = 1;
        run(100);
        assertThat(state.driver().retries()).isEqualTo(ResizeRetries.NONE);
        attempts.clear();
        load = 8;
        run(6);
        assertThat(waits()).as("from the beginning").containsExactly(5L);
    }

    /// The VM grows soon after it shrank, for another reason than its load.
    @Test
    void growthToRaisedMinimumStartsNoCooldown() {
        after(new MonitorFound(1));
        load = 8;
        run(5);
        load = 2;
        run(5);
        assertThat(state.current()).isEqualTo(size(2));
        after(new LimitsChanged(SizeLimits.of(UNIT, 4, 16)));
        run(5);
        assertThat(state.current()).isEqualTo(size(4));
        assertThat(state.shrink().cpus().cooldown().shrunkAt()).isPresent();
        assertThat(state.shrink().cpus().cooldown().until()).isEmpty();

        load = 8;
        run(1);
        assertThat(state.current()).isEqualTo(size(8));
        assertThat(state.shrink().cpus().cooldown().shrunkAt()).isEmpty();
        assertThat(state.shrink().cpus().cooldown().until()).isPresent();
    }

    // ---- steps

    private ResizeOutcome fitsUpTo(Resize resize, int units) {
        return size(units).covers(resize.to())
                ? new ResizeOutcome.Done(resize.to())
                : rejected(ResizeFailure.QUOTA, state.current());
    }

    private static ResizeOutcome rejected(ResizeFailure failure, Resources current) {
        var failed = new ResourceOutcome.Failed(failure, "no");
        return new ResizeOutcome.PerResource(current, failed, failed);
    }

    private List<Long> waits() {
        var waits = new ArrayList<Long>();
        for (int i = 1; i < attempts.size(); i++)
            waits.add(attempts.get(i).second - attempts.get(i - 1).second);
        return waits;
    }

    /// Advances time, with metrics every second.
    private void run(int seconds) {
        for (int i = 0; i < seconds; i++) {
            Moment end = now.plus(Duration.ofSeconds(1));
            var host =
                    new HostMetrics(
                            load * 0.9 * UNIT.vcpus(),
                            load * 0.9 * UNIT.vcpus(),
                            Bytes.ofGibibytes(1),
                            Bytes.ofMebibytes(900),
                            Bytes.ZERO,
                            new CpuFigures.Unavailable());
            after(new MetricsRead(new VmMetrics(Optional.of(host), Optional.empty()), now, now));
            while (!state.wakeAt().isAfter(end)) {
                now = state.wakeAt();
                after(new TimerFired());
            }
            now = end;
        }
    }

    private void after(Event event) {
        Step step = AgentDecision.after(state, event, ScalingRules.NEON, now);
        state = step.state();
        for (Action each : step.actions()) {
            if (each instanceof RequestPermit ask)
                after(new PermitReceived(ask.id(), ask.wanted(), false));
            if (each instanceof RequestDownscale ask)
                after(new DownscaleAgreed(ask.session(), ask.id()));
            if (each instanceof Resize resize) {
                attempts.add(
                        new ResizeAttempt(
                                Math.floorDiv(now.since(new Moment(0)).toMillis(), 1000),
                                resize.to()));
                after(new ResizeEnded(resize.id(), driver.apply(resize)));
            }
        }
    }

    private static Resources size(int units) {
        return UNIT.times(units);
    }
}
