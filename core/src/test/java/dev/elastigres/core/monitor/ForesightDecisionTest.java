package dev.elastigres.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.monitor.Action.AskForMore;
import dev.elastigres.core.monitor.Event.DownscaleAsked;
import dev.elastigres.core.monitor.Event.MemoryObserved;
import dev.elastigres.core.monitor.Event.SessionBegan;
import dev.elastigres.core.monitor.Event.ShortageFelt;
import dev.elastigres.core.monitor.Event.UpscaleNotified;
import dev.elastigres.core.monitor.Event.UsageMoved;
import dev.elastigres.core.monitor.Event.Woke;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is decided by what is foreseen. The VM has 1 GiB; the threshold is 870 MiB at first.
class ForesightDecisionTest {
    private static final Bytes ONE_GIB = Bytes.ofGibibytes(1);
    private static final Resources TWO_GIB = new Resources(1, Bytes.ofGibibytes(2));

    private Moment now = new Moment(0);
    private long used = 200;
    private long foreseen = 200;
    private long rate;
    private long kernel;
    private long available = 500;
    private MemoryLimits watched = Rules.FORESIGHTED.memory().limits(ONE_GIB);
    private State state = State.begin(ONE_GIB, new Database.Unmanaged(), Rules.FORESIGHTED);

    @Test
    void asksForWhatIsForeseenAndSaysWhy() {
        connect();
        used = 500;
        foreseen = 900;
        rate = 266;
        Plea plea = asked(after(new UsageMoved()));
        assertThat(plea.need().reason()).isEqualTo(Shortage.GROWTH);
        assertThat(plea.text())
                .isEqualTo(
                        "Postgres uses 500MiB and grows by 266MiB/s, which reaches the threshold of"
                                + " 870.4MiB in 1.4s; a grant takes about 1.5s here");
        assertThat(plea.need().timeLeft()).contains(Duration.ofMillis(1969));
        // Enough for another horizon, so that the next request is not late already.
        assertThat(plea.need().memory()).isGreaterThan(Bytes.ofMebibytes((long) (1299 / 0.85)));
    }

    @Test
    void asksForNoMoreThanAsMuchAgain() {
        connect();
        used = 500;
        foreseen = 9000;
        rate = 4000;
        assertThat(asked(after(new UsageMoved())).more()).isEqualTo(Bytes.ofMebibytes(1124));
    }

    @Test
    void saysThatItIsTheKernelWhoTakesIt() {
        connect();
        used = 700;
        kernel = 200;
        foreseen = 900;
        Plea plea = asked(after(new UsageMoved()));
        assertThat(plea.need().reason()).isEqualTo(Shortage.KERNEL);
        assertThat(plea.text()).contains("the kernel takes 200MiB");
    }

    @Test
    void asksWhenOthersLeaveNothing() {
        connect();
        available = 40;
        Plea plea = asked(after(new UsageMoved()));
        assertThat(plea.need().reason()).isEqualTo(Shortage.AVAILABLE);
        assertThat(plea.need().memory()).isGreaterThan(ONE_GIB);
        assertThat(plea.text()).startsWith("only 40MiB of the VM's ");
    }

    @Test
    void asksAfterAKillThoughTheMemoryIsFreeNow() {
        connect();
        Plea plea = asked(after(new ShortageFelt(Shortage.OOM_KILL)));
        assertThat(plea.need().reason()).isEqualTo(Shortage.OOM_KILL);
        assertThat(after(new Woke())).isEmpty();
    }

    @Test
    void believesPressureOnlyWhenMemoryIsTight() {
        connect();
        assertThat(after(new ShortageFelt(Shortage.PRESSURE))).isEmpty();
        used = 750;
        foreseen = 750;
        assertThat(asked(after(new ShortageFelt(Shortage.PRESSURE))).need().reason())
                .isEqualTo(Shortage.PRESSURE);
    }

    // ---- one need, one grant

    @Test
    void asksNotAgainWhileWhatIsAnnouncedWillDo() {
        connect();
        foreseen = 900;
        asked(after(new UsageMoved()));
        pass(500);
        assertThat(after(new UpscaleNotified(1, 2, TWO_GIB)))
                .noneMatch(AskForMore.class::isInstance);
        pass(1000);
        assertThat(after(new Woke())).isEmpty();
        pass(500);
        assertThat(after(new MemoryObserved(Bytes.ofMebibytes(1990))))
                .noneMatch(AskForMore.class::isInstance);
        assertThat(state.underway()).isEmpty();
        assertThat(state.delays().longest()).contains(Duration.ofSeconds(2));
    }

    @Test
    void asksAgainAtOnceWhenWhatIsAnnouncedWillNotDo() {
        connect();
        foreseen = 900;
        asked(after(new UsageMoved()));
        pass(1200);
        foreseen = 2500;
        assertThat(asked(after(new UpscaleNotified(1, 2, TWO_GIB))).used())
                .isEqualTo(Bytes.ofMebibytes(200));
    }

    @Test
    void aRiseThatHadAGrantIsServedAgainOnlyWhenItWouldTakeAllThereIs() {
        connect();
        foreseen = 900;
        asked(after(new UsageMoved()));
        pass(1000);
        after(new UpscaleNotified(1, 2, TWO_GIB));
        after(new MemoryObserved(Bytes.ofMebibytes(1990)));
        // The threshold is 1655 MiB, and 1948 MiB are usable.
        used = 1200;
        foreseen = 1900;
        pass(1000);
        assertThat(after(new UsageMoved())).isEmpty();
        assertThat(state.wakeAt()).isPresent();
        foreseen = 1950;
        pass(100);
        asked(after(new Woke()));
    }

    @Test
    void theNextRiseIsServedAtTheThreshold() {
        connect();
        foreseen = 900;
        asked(after(new UsageMoved()));
        pass(1000);
        after(new UpscaleNotified(1, 2, TWO_GIB));
        after(new MemoryObserved(Bytes.ofMebibytes(1990)));
        used = 1200;
        foreseen = 1900;
        pass(3000);
        asked(after(new UsageMoved()));
    }

    @Test
    void theWatcherTellsWhatTheDecisionWouldCallShort() {
        connect();
        Bytes threshold = state.threshold();
        foreseen = 868;
        after(new UsageMoved());
        // It looked short when it was told. When it is again, that is told again.
        assertThat(watched.used()).isEqualTo(threshold);
        foreseen = 875;
        asked(after(new UsageMoved()));
        assertThat(watched.used()).isLessThan(threshold);
        foreseen = 866;
        assertThat(after(new UsageMoved())).isEmpty();
        assertThat(state.shortage()).contains(Shortage.GROWTH);
        foreseen = 850;
        after(new UsageMoved());
        assertThat(watched.used()).isEqualTo(threshold);
        assertThat(state.shortage()).isEmpty();
    }

    @Test
    void whatEachShortageIsAboutHasToGetClearlyBetter() {
        connect();
        MemoryLimits limits = Rules.FORESIGHTED.memory().limits(ONE_GIB);
        available = 50;
        asked(after(new UsageMoved()));
        assertThat(watched).isEqualTo(limits.withUnavailableClearlyBelow());
        available = 60;
        after(new UsageMoved());
        assertThat(state.shortage()).contains(Shortage.AVAILABLE);
        available = 100;
        after(new UsageMoved());
        assertThat(state.shortage()).isEmpty();
        assertThat(watched).isEqualTo(limits);
    }

    @Test
    void asksAgainWhenNothingComesForLongerThanItTakes() {
        connect();
        foreseen = 900;
        asked(after(new UsageMoved()));
        pass(2200);
        assertThat(after(new Woke())).isEmpty();
        pass(50);
        asked(after(new Woke()));
    }

    @Test
    void nothingIsUnderwayAnyMoreAfterFruitlessRequests() {
        connect();
        foreseen = 900;
        asked(after(new UsageMoved()));
        foreseen = 200;
        pass(2250);
        after(new Woke());
        assertThat(state.underway()).get().matches(it -> !it.awaited());
        assertThat(state.wakeAt()).isEmpty();
        // What comes late is an answer all the same, and teaches how long it takes.
        pass(1750);
        after(new MemoryObserved(Bytes.ofMebibytes(1990)));
        assertThat(state.underway()).get().matches(Underway::awaited);
        pass(1000);
        after(new Woke());
        assertThat(state.underway()).isEmpty();
        assertThat(state.delays().longest()).contains(Duration.ofSeconds(4));
    }

    @Test
    void aRequestIsForgottenWhenNothingCouldBeLearnedOfIt() {
        connect();
        foreseen = 900;
        asked(after(new UsageMoved()));
        foreseen = 200;
        pass(2250);
        after(new Woke());
        pass(20_000);
        after(new UsageMoved());
        assertThat(state.underway()).isEmpty();
    }

    @Test
    void whatTheKernelKeepsOfMuchPluggedMemoryIsNotWaitedFor() {
        connect();
        foreseen = 900;
        asked(after(new UsageMoved()));
        pass(600);
        after(new UpscaleNotified(1, 2, new Resources(1, Bytes.ofGibibytes(4))));
        pass(100);
        // 60 MiB for the kernel itself, and 48 for the descriptors of 3 GiB.
        after(new MemoryObserved(Bytes.ofMebibytes(4096 - 60 - 48)));
        assertThat(state.underway()).isEmpty();
        assertThat(state.delays().longest()).contains(Duration.ofMillis(700));
    }

    @Test
    void looksAheadAsFarAsGrantsTake() {
        connect();
        foreseen = 900;
        asked(after(new UsageMoved()));
        pass(3000);
        after(new UpscaleNotified(1, 2, TWO_GIB));
        assertThat(after(new MemoryObserved(Bytes.ofMebibytes(1990))))
                .contains(new Action.LookAhead(Duration.ofMillis(3750)));
    }

    @Test
    void aGrantThatNobodyAskedForTeachesNothing() {
        connect();
        after(new UpscaleNotified(1, 2, TWO_GIB));
        pass(700);
        after(new MemoryObserved(Bytes.ofMebibytes(1990)));
        assertThat(state.delays().longest()).isEmpty();
    }

    @Test
    void aNewAgentHasHeardNothing() {
        connect();
        foreseen = 900;
        asked(after(new UsageMoved()));
        pass(1000);
        asked(after(new SessionBegan(2, true)));
    }

    // ---- calm

    @Test
    void aShortageEndsClearlyBelowTheThreshold() {
        connect();
        foreseen = 871;
        asked(after(new UsageMoved()));
        foreseen = 866;
        pass(3000);
        asked(after(new Woke()));
        foreseen = 850;
        pass(10_000);
        assertThat(after(new UsageMoved())).isEmpty();
        assertThat(state.wakeAt()).isEmpty();
        foreseen = 866;
        pass(10_000);
        assertThat(after(new UsageMoved())).isEmpty();
    }

    @Test
    void whatIsForeseenSpeaksAgainstADownscale() {
        connect();
        foreseen = 500;
        assertThat(after(new DownscaleAsked(1, 4, new Resources(1, Bytes.ofMebibytes(512)))))
                .singleElement()
                .isInstanceOf(Action.Refuse.class);
    }

    // ---- helpers

    private void connect() {
        after(new SessionBegan(1, true));
    }

    private void pass(long millis) {
        now = now.plus(Duration.ofMillis(millis));
    }

    private List<Action> after(Event event) {
        Bytes bytes = Bytes.ofMebibytes(used);
        var outlook =
                new Outlook(
                        Bytes.ofMebibytes(foreseen),
                        Bytes.ofMebibytes(rate),
                        Bytes.ofMebibytes(kernel));
        Bytes total = state.memory().observed();
        var machine = new MachineMemory.Known(total, total.minus(Bytes.ofMebibytes(available)));
        var usage = new Usage.Known(bytes, bytes, 5, now, outlook, machine);
        Step step = Decision.after(state, event, usage, Rules.FORESIGHTED, now);
        state = step.state();
        var actions = new ArrayList<>(step.actions());
        for (Action action : actions)
            if (action instanceof Action.WatchMemory(Bytes _, MemoryLimits limits))
                watched = limits;
        actions.removeIf(Action.WatchMemory.class::isInstance);
        return actions;
    }

    private static Plea asked(List<Action> actions) {
        return actions.stream()
                .filter(AskForMore.class::isInstance)
                .map(it -> ((AskForMore) it).plea())
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing was asked for: " + actions));
    }
}
