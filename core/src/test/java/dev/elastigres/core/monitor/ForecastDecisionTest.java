package dev.elastigres.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.monitor.Action.RequestUpscale;
import dev.elastigres.core.monitor.Event.DownscaleRequested;
import dev.elastigres.core.monitor.Event.MemoryObserved;
import dev.elastigres.core.monitor.Event.PressureReported;
import dev.elastigres.core.monitor.Event.SessionStarted;
import dev.elastigres.core.monitor.Event.TimerFired;
import dev.elastigres.core.monitor.Event.UpscaleNotified;
import dev.elastigres.core.monitor.Event.UsageChanged;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Tests decisions with forecasts. The VM has 1 GiB; the threshold is 870 MiB at first.
class ForecastDecisionTest {
    private static final Bytes ONE_GIB = Bytes.ofGibibytes(1);
    private static final Resources TWO_GIB = new Resources(1, Bytes.ofGibibytes(2));

    private Moment now = new Moment(0);
    private long used = 200;
    private long forecast = 200;
    private long rate;
    private long kernel;
    private long available = 500;
    private MemoryLimits watched = MonitorRules.FORESIGHTED.memory().limits(ONE_GIB);
    private State state =
            State.begin(ONE_GIB, new DatabaseState.Unmanaged(), MonitorRules.FORESIGHTED);

    @Test
    void explainsRequestForForecastUsage() {
        connect();
        used = 500;
        forecast = 900;
        rate = 266;
        UpscaleReason reason = asked(after(new UsageChanged()));
        assertThat(reason.need().reason()).isEqualTo(Shortage.GROWTH);
        assertThat(reason.text())
                .isEqualTo(
                        "Postgres uses 500MiB and grows by 266MiB/s, which reaches the threshold of"
                                + " 870.4MiB in 1.4s; a grant takes about 1.5s here");
        assertThat(reason.need().timeLeft()).contains(Duration.ofMillis(1969));
        // Enough for another horizon, so that the next request is not late already.
        assertThat(reason.need().memory()).isGreaterThan(Bytes.ofMebibytes((long) (1299 / 0.85)));
    }

    @Test
    void asksForNoMoreThanAsMuchAgain() {
        connect();
        used = 500;
        forecast = 9000;
        rate = 4000;
        assertThat(asked(after(new UsageChanged())).more()).isEqualTo(Bytes.ofMebibytes(1124));
    }

    @Test
    void reportsKernelAsCauseOfShortage() {
        connect();
        used = 700;
        kernel = 200;
        forecast = 900;
        UpscaleReason reason = asked(after(new UsageChanged()));
        assertThat(reason.need().reason()).isEqualTo(Shortage.KERNEL);
        assertThat(reason.text()).contains("the kernel takes 200MiB");
    }

    @Test
    void asksWhenOthersLeaveNothing() {
        connect();
        available = 40;
        UpscaleReason reason = asked(after(new UsageChanged()));
        assertThat(reason.need().reason()).isEqualTo(Shortage.AVAILABLE);
        assertThat(reason.need().memory()).isGreaterThan(ONE_GIB);
        assertThat(reason.text()).startsWith("only 40MiB of the VM's ");
    }

    /// Free pages of memory that is being unplugged are neither available nor gone from the total.
    @Test
    void memoryThatIsBeingUnpluggedIsNotTakenForUsed() {
        connect();
        used = 148;
        forecast = 148;
        available = 774;
        var target = new Resources(1, Bytes.ofMebibytes(512));
        assertThat(after(new DownscaleRequested(1, 4, target)))
                .noneMatch(Action.RefuseDownscale.class::isInstance);
        after(new MemoryObserved(Bytes.ofMebibytes(852)));
        available = 448;
        assertThat(after(new UsageChanged())).noneMatch(RequestUpscale.class::isInstance);
        assertThat(state.shortage()).isEmpty();
        after(new MemoryObserved(Bytes.ofMebibytes(468)));
        available = 200;
        assertThat(after(new UsageChanged())).noneMatch(RequestUpscale.class::isInstance);
        available = 15;
        assertThat(asked(after(new UsageChanged())).need().reason()).isEqualTo(Shortage.AVAILABLE);
    }

    @Test
    void asksWhenNothingIsLeftWhileMemoryIsUnplugged() {
        connect();
        used = 148;
        forecast = 148;
        available = 774;
        after(new DownscaleRequested(1, 4, new Resources(1, Bytes.ofMebibytes(512))));
        after(new MemoryObserved(Bytes.ofMebibytes(852)));
        available = 15;
        assertThat(asked(after(new UsageChanged())).need().reason()).isEqualTo(Shortage.AVAILABLE);
    }

    @Test
    void asksAfterAKillThoughTheMemoryIsFreeNow() {
        connect();
        UpscaleReason reason = asked(after(new PressureReported(Shortage.OOM_KILL)));
        assertThat(reason.need().reason()).isEqualTo(Shortage.OOM_KILL);
        assertThat(after(new TimerFired())).isEmpty();
    }

    @Test
    void believesPressureOnlyWhenMemoryIsTight() {
        connect();
        assertThat(after(new PressureReported(Shortage.PRESSURE))).isEmpty();
        used = 750;
        forecast = 750;
        assertThat(asked(after(new PressureReported(Shortage.PRESSURE))).need().reason())
                .isEqualTo(Shortage.PRESSURE);
    }

    // ---- one need, one grant

    @Test
    void doesNotRepeatRequestWhileAnnouncedSizeSuffices() {
        connect();
        forecast = 900;
        asked(after(new UsageChanged()));
        pass(500);
        assertThat(after(new UpscaleNotified(1, 2, TWO_GIB)))
                .noneMatch(RequestUpscale.class::isInstance);
        pass(1000);
        assertThat(after(new TimerFired())).isEmpty();
        pass(500);
        assertThat(after(new MemoryObserved(Bytes.ofMebibytes(1990))))
                .noneMatch(RequestUpscale.class::isInstance);
        assertThat(state.grants().pending()).isEmpty();
        assertThat(state.grants().delays().max()).contains(Duration.ofSeconds(2));
    }

    @Test
    void asksAtOnceWhenAnnouncedSizeIsInsufficient() {
        connect();
        forecast = 900;
        asked(after(new UsageChanged()));
        pass(1200);
        forecast = 2500;
        assertThat(asked(after(new UpscaleNotified(1, 2, TWO_GIB))).used())
                .isEqualTo(Bytes.ofMebibytes(200));
    }

    @Test
    void aRiseThatHadAGrantIsServedAgainOnlyWhenItWouldTakeAllThereIs() {
        connect();
        forecast = 900;
        asked(after(new UsageChanged()));
        pass(1000);
        after(new UpscaleNotified(1, 2, TWO_GIB));
        after(new MemoryObserved(Bytes.ofMebibytes(1990)));
        // The threshold is 1655 MiB, and 1948 MiB are usable.
        used = 1200;
        forecast = 1900;
        pass(1000);
        assertThat(after(new UsageChanged())).isEmpty();
        assertThat(state.wakeAt()).isPresent();
        forecast = 1950;
        pass(100);
        asked(after(new TimerFired()));
    }

    @Test
    void theNextRiseIsServedAtTheThreshold() {
        connect();
        forecast = 900;
        asked(after(new UsageChanged()));
        pass(1000);
        after(new UpscaleNotified(1, 2, TWO_GIB));
        after(new MemoryObserved(Bytes.ofMebibytes(1990)));
        used = 1200;
        forecast = 1900;
        pass(3000);
        asked(after(new UsageChanged()));
    }

    @Test
    void givesWatcherTheThresholdOfTheDecision() {
        connect();
        Bytes threshold = state.threshold();
        forecast = 868;
        after(new UsageChanged());
        // The shortage was reported once. When it recurs, it is reported again.
        assertThat(watched.used()).isEqualTo(threshold);
        forecast = 875;
        asked(after(new UsageChanged()));
        assertThat(watched.used()).isLessThan(threshold);
        forecast = 866;
        assertThat(after(new UsageChanged())).isEmpty();
        assertThat(state.shortage()).contains(Shortage.GROWTH);
        forecast = 850;
        after(new UsageChanged());
        assertThat(watched.used()).isEqualTo(threshold);
        assertThat(state.shortage()).isEmpty();
    }

    @Test
    void endsShortageOnlyAfterClearImprovement() {
        connect();
        MemoryLimits limits = MonitorRules.FORESIGHTED.memory().limits(ONE_GIB);
        available = 50;
        asked(after(new UsageChanged()));
        assertThat(watched).isEqualTo(limits.withUnavailableClearlyBelow());
        available = 60;
        after(new UsageChanged());
        assertThat(state.shortage()).contains(Shortage.AVAILABLE);
        available = 100;
        after(new UsageChanged());
        assertThat(state.shortage()).isEmpty();
        assertThat(watched).isEqualTo(limits);
    }

    @Test
    void asksAgainWhenGrantIsOverdue() {
        connect();
        forecast = 900;
        asked(after(new UsageChanged()));
        pass(2200);
        assertThat(after(new TimerFired())).isEmpty();
        pass(50);
        asked(after(new TimerFired()));
    }

    @Test
    void stopsAwaitingGrantAfterFruitlessRequests() {
        connect();
        forecast = 900;
        asked(after(new UsageChanged()));
        forecast = 200;
        pass(2250);
        after(new TimerFired());
        assertThat(state.grants().pending()).get().matches(it -> !it.awaited());
        assertThat(state.wakeAt()).isEmpty();
        // Late memory still counts as a grant and shows the delay.
        pass(1750);
        after(new MemoryObserved(Bytes.ofMebibytes(1990)));
        assertThat(state.grants().pending()).get().matches(PendingMemory::awaited);
        pass(1000);
        after(new TimerFired());
        assertThat(state.grants().pending()).isEmpty();
        assertThat(state.grants().delays().max()).contains(Duration.ofSeconds(4));
    }

    @Test
    void aRequestIsForgottenWhenNothingCouldBeLearnedOfIt() {
        connect();
        forecast = 900;
        asked(after(new UsageChanged()));
        forecast = 200;
        pass(2250);
        after(new TimerFired());
        pass(20_000);
        after(new UsageChanged());
        assertThat(state.grants().pending()).isEmpty();
    }

    @Test
    void doesNotAwaitMemoryKeptByKernel() {
        connect();
        forecast = 900;
        asked(after(new UsageChanged()));
        pass(600);
        after(new UpscaleNotified(1, 2, new Resources(1, Bytes.ofGibibytes(4))));
        pass(100);
        // 60 MiB for the kernel itself, and 48 for the descriptors of 3 GiB.
        after(new MemoryObserved(Bytes.ofMebibytes(4096 - 60 - 48)));
        assertThat(state.grants().pending()).isEmpty();
        assertThat(state.grants().delays().max()).contains(Duration.ofMillis(700));
    }

    @Test
    void looksAheadAsFarAsGrantsTake() {
        connect();
        forecast = 900;
        asked(after(new UsageChanged()));
        pass(3000);
        after(new UpscaleNotified(1, 2, TWO_GIB));
        assertThat(after(new MemoryObserved(Bytes.ofMebibytes(1990))))
                .contains(new Action.SetForecastHorizon(Duration.ofMillis(3750)));
    }

    @Test
    void ignoresUnrequestedGrantsWhenLearning() {
        connect();
        after(new UpscaleNotified(1, 2, TWO_GIB));
        pass(700);
        after(new MemoryObserved(Bytes.ofMebibytes(1990)));
        assertThat(state.grants().delays().max()).isEmpty();
    }

    @Test
    void sendsRequestAgainToNewAgent() {
        connect();
        forecast = 900;
        asked(after(new UsageChanged()));
        pass(1000);
        asked(after(new SessionStarted(2, true)));
    }

    // ---- calm

    @Test
    void aShortageEndsClearlyBelowTheThreshold() {
        connect();
        forecast = 871;
        asked(after(new UsageChanged()));
        forecast = 866;
        pass(3000);
        asked(after(new TimerFired()));
        forecast = 850;
        pass(10_000);
        assertThat(after(new UsageChanged())).isEmpty();
        assertThat(state.wakeAt()).isEmpty();
        forecast = 866;
        pass(10_000);
        assertThat(after(new UsageChanged())).isEmpty();
    }

    @Test
    void forecastGrowthRefusesDownscale() {
        connect();
        forecast = 500;
        assertThat(after(new DownscaleRequested(1, 4, new Resources(1, Bytes.ofMebibytes(512)))))
                .singleElement()
                .isInstanceOf(Action.RefuseDownscale.class);
    }

    // ---- helpers

    private void connect() {
        after(new SessionStarted(1, true));
    }

    private void pass(long millis) {
        now = now.plus(Duration.ofMillis(millis));
    }

    private List<Action> after(Event event) {
        Bytes bytes = Bytes.ofMebibytes(used);
        var usageForecast =
                new UsageForecast(
                        Bytes.ofMebibytes(forecast),
                        Bytes.ofMebibytes(rate),
                        Bytes.ofMebibytes(kernel));
        Bytes total = state.memory().observed();
        var machine = new MachineMemory.Known(total, total.minus(Bytes.ofMebibytes(available)));
        var usage = new Usage.Known(bytes, bytes, 5, now, usageForecast, machine);
        Step step = MonitorDecision.after(state, event, usage, MonitorRules.FORESIGHTED, now);
        state = step.state();
        var actions = new ArrayList<>(step.actions());
        for (Action action : actions)
            if (action instanceof Action.WatchMemory(Bytes _, MemoryLimits limits))
                watched = limits;
        actions.removeIf(Action.WatchMemory.class::isInstance);
        return actions;
    }

    private static UpscaleReason asked(List<Action> actions) {
        return actions.stream()
                .filter(RequestUpscale.class::isInstance)
                .map(it -> ((RequestUpscale) it).reason())
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing was asked for: " + actions));
    }
}
