package dev.elastigres.core.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.agent.Action.NotifyMonitor;
import dev.elastigres.core.agent.Action.ReadMetrics;
import dev.elastigres.core.agent.Action.ReadSize;
import dev.elastigres.core.agent.Action.RequestDownscale;
import dev.elastigres.core.agent.Action.RequestPermit;
import dev.elastigres.core.agent.Action.Resize;
import dev.elastigres.core.agent.Event.DownscaleAgreed;
import dev.elastigres.core.agent.Event.DownscaleRefused;
import dev.elastigres.core.agent.Event.MetricsRead;
import dev.elastigres.core.agent.Event.MonitorFound;
import dev.elastigres.core.agent.Event.MonitorLost;
import dev.elastigres.core.agent.Event.PermitReceived;
import dev.elastigres.core.agent.Event.PermitRequestFailed;
import dev.elastigres.core.agent.Event.ResizeEnded;
import dev.elastigres.core.agent.Event.SizeObserved;
import dev.elastigres.core.agent.Event.TimerFired;
import dev.elastigres.core.agent.Event.UpscaleConfirmed;
import dev.elastigres.core.agent.Event.UpscaleRequested;
import dev.elastigres.core.agent.ResourceOutcome.Done;
import dev.elastigres.core.agent.ResourceOutcome.HeldByPageCache;
import dev.elastigres.core.agent.ResourceOutcome.InUse;
import dev.elastigres.core.agent.ResourceOutcome.Pending;
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
import org.junit.jupiter.api.Test;

class AgentDecisionTest {
    private static final ComputeUnit UNIT = ComputeUnit.DEFAULT;
    private static final SizeLimits LIMITS = SizeLimits.of(UNIT, 1, 4);
    private static final long SESSION = 7;

    private ScalingRules rules = ScalingRules.NEON;
    private Moment now = new Moment(Long.MAX_VALUE - 1_000_000_000);
    private State state = State.begin(LIMITS, size(1), size(1), 1, rules, now);

    // ---- growth

    @Test
    void asksForPermitThenResizesThenNotifiesMonitor() {
        connect();
        var ask = only(RequestPermit.class, load(2));
        assertThat(ask.wanted()).isEqualTo(size(2));
        assertThat(ask.urgent()).isFalse();
        var resize = only(Resize.class, after(new PermitReceived(ask.id(), size(2), false)));
        assertThat(resize.to()).isEqualTo(size(2));
        var tell = only(NotifyMonitor.class, after(done(resize)));
        assertThat(tell.size()).isEqualTo(size(2));
        assertThat(after(new UpscaleConfirmed(SESSION, tell.id()))).isEmpty();
        assertThat(why()).startsWith("has 0.5 CPUs and 2GiB as it should: 2 units for cpu 2.00");
    }

    @Test
    void notifiesMonitorOfOneUnitAtATime() {
        connect();
        growTo(3, 1);
        var first = last(NotifyMonitor.class);
        assertThat(first.size()).isEqualTo(size(2));
        var second = only(NotifyMonitor.class, after(new UpscaleConfirmed(SESSION, first.id())));
        assertThat(second.size()).isEqualTo(size(3));
    }

    @Test
    void growsAsFarAsItIsPermittedAndAsksAgain() {
        var ask = only(RequestPermit.class, load(3));
        var resize = only(Resize.class, after(new PermitReceived(ask.id(), size(2), false)));
        assertThat(resize.to()).isEqualTo(size(2));
        assertThat(after(done(resize))).isEmpty();
        assertThat(why()).contains("is permitted 0.5 CPUs and 2GiB: there is no room for more");
        assertThat(only(RequestPermit.class, afterSeconds(2)).wanted()).isEqualTo(size(3));
    }

    @Test
    void keepsItsPermitWhileTheSchedulerIsAway() {
        var ask = only(RequestPermit.class, load(2));
        assertThat(after(new PermitRequestFailed(ask.id(), "connection refused"))).isEmpty();
        assertThat(state.scheduler().permit()).isEqualTo(size(1));
        assertThat(why()).contains("connection refused");
        assertThat(afterSeconds(2)).isEmpty();
        only(RequestPermit.class, afterSeconds(1));
        // The scheduler does not answer either.
        assertThat(afterSeconds(2)).isEmpty();
        only(RequestPermit.class, afterSeconds(3));
    }

    @Test
    void ignoresPermitThatArrivesTooLate() {
        var ask = only(RequestPermit.class, load(2));
        afterSeconds(2);
        assertThat(after(new PermitReceived(ask.id(), size(2), false))).isEmpty();
        assertThat(state.scheduler().permit()).isEqualTo(size(1));
    }

    /// Recommendation mode sends no requests to monitor or driver, and is not a failure.
    @Test
    void onlyRecommendsInRecommendMode() {
        rules = ScalingRules.NEON.recommending();
        var ask = only(RequestPermit.class, load(3));
        assertThat(after(new PermitReceived(ask.id(), size(2), false))).isEmpty();
        assertThat(state.why().obstacle()).isEqualTo(new Obstacle.Recommended(size(2)));
        assertThat(why())
                .endsWith("but sizes are only recommended: it would become " + size(2).text());
        // Another party applies the recommendation, and the load ends.
        after(new SizeObserved(size(3), size(3)));
        assertThat(state.why().obstacle()).isEqualTo(new Obstacle.None());
        assertThat(load(1)).noneMatch(it -> it instanceof Resize || it instanceof RequestDownscale);
        assertThat(state.why().obstacle()).isEqualTo(new Obstacle.Recommended(size(1)));
        assertThat(state.why().obstacle().code()).isEqualTo("recommended");
        assertThat(Obstacle.CODES).contains("recommended");
        assertThat(afterSeconds(10)).noneMatch(it -> it instanceof Resize);
    }

    @Test
    void neverGrowsAboveItsMaximum() {
        var ask = only(RequestPermit.class, load(30));
        assertThat(ask.wanted()).isEqualTo(size(4));
        assertThat(why()).contains("above its maximum");
    }

    @Test
    void keepsItsSizeWhenItIsToMove() {
        var ask = only(RequestPermit.class, load(2));
        assertThat(after(new PermitReceived(ask.id(), size(2), true))).isEmpty();
        assertThat(why()).contains("will move to another host");
        assertThat(load(4)).isEmpty();
    }

    // ---- urgent requests

    @Test
    void anUrgentAskIsWorthOneUnitForTenSeconds() {
        connect();
        load(1);
        var ask = only(RequestPermit.class, after(new UpscaleRequested(SESSION, Optional.empty())));
        assertThat(ask.urgent()).isTrue();
        assertThat(ask.wanted()).isEqualTo(size(2));
        assertThat(why()).contains("urgently requested 0.5 CPUs and 2GiB");
        // A repeated request before any growth is the same need.
        assertThat(after(new UpscaleRequested(SESSION, Optional.empty()))).isEmpty();
        assertThat(state.why().wanted()).isEqualTo(size(2));
        afterSeconds(10);
        assertThat(state.why().wanted()).isEqualTo(size(1));
    }

    @Test
    void urgentRequestCanNameItsSize() {
        rules = ScalingRules.ELASTIGRES;
        connect();
        var wanted = new Resources(0, Bytes.ofMebibytes(2600));
        var ask =
                only(
                        RequestPermit.class,
                        after(new UpscaleRequested(SESSION, Optional.of(wanted))));
        assertThat(ask.wanted().memory()).isEqualTo(Bytes.ofGibibytes(3));
    }

    @Test
    void anUrgentAskForCpusBringsCpusAlone() {
        rules = ScalingRules.ELASTIGRES;
        connect();
        // The request names the VM's present memory: only CPUs are short.
        var wanted = new Resources(0.75, size(1).memory());
        var more = new Resources(0.75, size(1).memory());
        var ask =
                only(
                        RequestPermit.class,
                        after(new UpscaleRequested(SESSION, Optional.of(wanted))));
        assertThat(ask.urgent()).isTrue();
        assertThat(ask.wanted()).isEqualTo(more);
        assertThat(why()).contains("(its monitor urgently requested 0.75 CPUs)");
        // The request states a total, so repeating it during the resize changes nothing.
        var resize = only(Resize.class, after(new PermitReceived(ask.id(), more, false)));
        assertThat(after(new UpscaleRequested(SESSION, Optional.of(wanted)))).isEmpty();
        assertThat(resize.to()).isEqualTo(more);
        after(done(resize));
        after(new UpscaleConfirmed(SESSION, last(NotifyMonitor.class).id()));
        assertThat(after(new UpscaleRequested(SESSION, Optional.of(wanted)))).isEmpty();
        assertThat(state.why().wanted()).isEqualTo(more);
    }

    @Test
    void anUrgentAskForMoreCpusThanThereCanBeBringsAllThereAre() {
        rules = ScalingRules.ELASTIGRES;
        connect();
        var wanted = new Resources(100, size(1).memory());
        var ask =
                only(
                        RequestPermit.class,
                        after(new UpscaleRequested(SESSION, Optional.of(wanted))));
        assertThat(ask.wanted()).isEqualTo(new Resources(1, size(1).memory()));
    }

    // ---- shrinks

    @Test
    void agreesWithMonitorThenShrinksThenInformsScheduler() {
        begin(3);
        connect();
        var first = only(RequestDownscale.class, load(1));
        assertThat(first.target()).isEqualTo(size(2));
        var second = only(RequestDownscale.class, after(new DownscaleAgreed(SESSION, first.id())));
        assertThat(second.target()).isEqualTo(size(1));
        var resize = only(Resize.class, after(new DownscaleAgreed(SESSION, second.id())));
        assertThat(resize.to()).isEqualTo(size(1));
        var told = only(RequestPermit.class, after(done(resize)));
        assertThat(told.wanted()).isEqualTo(size(1));
        assertThat(told.permit()).isEqualTo(size(3));
    }

    @Test
    void doesNotShrinkWithoutAMonitor() {
        begin(2);
        assertThat(load(1)).isEmpty();
        assertThat(why()).endsWith("but no monitor is connected to agree to a shrink");
        connect();
        assertThat(last(RequestDownscale.class).target()).isEqualTo(size(1));
        assertThat(after(new MonitorLost(SESSION))).isEmpty();
        assertThat(state.current()).isEqualTo(size(2));
    }

    @Test
    void aRefusalHoldsForFiveSecondsEvenAboveTheMaximum() {
        begin(6);
        connect();
        var ask = last(RequestDownscale.class);
        load(1);
        assertThat(ask.target()).isEqualTo(size(5));
        assertThat(
                        after(
                                new DownscaleRefused(
                                        SESSION, ask.id(), Optional.empty(), "too much is used")))
                .isEmpty();
        assertThat(state.why().wanted()).isEqualTo(size(6));
        assertThat(why()).contains("does not let it go below 1.5 CPUs and 6GiB: too much is used");
        assertThat(only(RequestDownscale.class, afterSeconds(5)).target()).isEqualTo(size(5));
    }

    @Test
    void doesNotRetryBelowMinimumNamedInRefusal() {
        rules = ScalingRules.ELASTIGRES;
        begin(4);
        connect();
        knownToNeed(1);
        var first = last(RequestDownscale.class);
        var min = new Resources(0, Bytes.ofMebibytes(3500));
        after(new DownscaleRefused(SESSION, first.id(), Optional.of(min), "too much is used"));
        // The monitor did not refuse to shrink the CPUs.
        assertThat(state.why().wanted()).isEqualTo(new Resources(0.25, size(4).memory()));
        assertThat(why()).contains("its monitor does not let it go below 4GiB: too much is used");
    }

    @Test
    void doublesWaitAfterSecondRefusal() {
        rules = ScalingRules.ELASTIGRES;
        begin(2);
        connect();
        knownToNeed(1);
        var first = last(RequestDownscale.class);
        after(new DownscaleRefused(SESSION, first.id(), Optional.empty(), "no"));
        var second = only(RequestDownscale.class, afterSeconds(5));
        after(new DownscaleRefused(SESSION, second.id(), Optional.empty(), "no"));
        assertThat(afterSeconds(5)).noneMatch(RequestDownscale.class::isInstance);
        only(RequestDownscale.class, afterSeconds(5));
    }

    @Test
    void aShrinkThatHurtMakesTheNextOneWait() {
        rules = ScalingRules.ELASTIGRES;
        begin(2);
        connect();
        knownToNeed(1);
        var ask = last(RequestDownscale.class);
        var resize = only(Resize.class, after(new DownscaleAgreed(SESSION, ask.id())));
        after(done(resize));
        assertThat(last(RequestPermit.class).wanted()).isEqualTo(size(1));
        after(new UpscaleRequested(SESSION, Optional.empty()));
        assertThat(state.shrink().memory().cooldown().until())
                .contains(now.plus(Duration.ofSeconds(10)));
    }

    @Test
    void becomesAsSmallAsTheHighestGoalOfTheLastMinute() {
        rules = ScalingRules.ELASTIGRES;
        begin(3);
        connect();
        load(3);
        assertThat(load(1)).noneMatch(RequestDownscale.class::isInstance);
        assertThat(why())
                .contains("it needed 0.75 CPUs and 3GiB within the last 60 s, and now 1 unit");
        knownToNeed(1);
        assertThat(last(RequestDownscale.class).target()).isEqualTo(size(2));
    }

    @Test
    void oldMetricsMakeNothingSmaller() {
        begin(2);
        load(1);
        afterSeconds(20);
        connect();
        assertThat(state.why().wanted()).isEqualTo(size(2));
        assertThat(why()).contains("its metrics are over 20 s old");
    }

    // ---- failed and partial resizes

    @Test
    void keepsPermitWhileHungResizeMayTakeEffect() {
        Resize resize = startGrowth();
        List<Action> hung = afterSeconds(10);
        assertThat(hung).noneMatch(Resize.class::isInstance);
        assertThat(state.size().range()).isEqualTo(new SizeRange(size(1), size(2)));
        // The load is gone; the permit stays while the VM may still grow.
        load(1);
        assertThat(state.scheduler().permit()).isEqualTo(size(2));
        assertThat(after(done(resize))).isEmpty();
        List<Action> again = afterSeconds(5);
        assertThat(again).anyMatch(Resize.class::isInstance);
    }

    @Test
    void observesSizeOfPartialResize() {
        Resize resize = startGrowth();
        var half = new Resources(0.5, Bytes.ofMebibytes(1536));
        connect();
        after(new ResizeEnded(resize.id(), new ResizeOutcome.Partial(half)));
        assertThat(why()).contains("it has 0.5 CPUs and 1.50GiB instead of 0.5 CPUs and 2GiB");
        assertThat(afterSeconds(5)).anyMatch(it -> it instanceof ReadSize || it instanceof Resize);
        assertThat(state.current()).isEqualTo(half);
    }

    @Test
    void explainsPartialResize() {
        Resize resize = startGrowth();
        var waits = Optional.of("the node has no room yet");
        after(new ResizeEnded(resize.id(), new ResizeOutcome.Partial(size(1), waits)));
        assertThat(why())
                .contains("instead of 0.5 CPUs and 2GiB: the node has no room yet")
                .contains("has 0.25 CPUs and 1GiB");
        assertThat(state.size().range()).isEqualTo(new SizeRange(size(1), size(2)));
    }

    @Test
    void takesBackRejectedShrinkAndDoublesCooldown() {
        rules = ScalingRules.ELASTIGRES;
        begin(2);
        connect();
        Resize resize = shrinkTo(1);
        after(
                new ResizeEnded(
                        resize.id(), new ResizeOutcome.Refused(size(2), "1.5GiB are in use")));
        // The monitor released a unit and gets it back.
        assertThat(last(NotifyMonitor.class).size()).isEqualTo(size(2));
        assertThat(state.current()).isEqualTo(size(2));
        assertThat(state.size().target()).isEmpty();
        assertThat(state.size().range()).isEqualTo(new SizeRange(size(2), size(2)));
        assertThat(why()).contains("it cannot go below 0.5 CPUs and 2GiB: 1.5GiB are in use");
        Duration first = state.shrink().memory().cooldown().until().orElseThrow().since(now);
        assertThat(first).isEqualTo(rules.cooldown().first().multipliedBy(2));
        after(new UpscaleConfirmed(SESSION, last(NotifyMonitor.class).id()));
        latest.clear();
        afterSeconds((int) first.toSeconds() - 1);
        assertThat(latest).noneMatch(RequestDownscale.class::isInstance);

        Resize again = shrinkTo(1);
        after(new ResizeEnded(again.id(), new ResizeOutcome.Refused(size(2), "1.5GiB are in use")));
        assertThat(state.shrink().memory().cooldown().until().orElseThrow().since(now))
                .isEqualTo(first.multipliedBy(2));
    }

    /// CPUs shrink, and memory shrinks as far as page cache allows. Neither waits for the other,
    /// and no cooldown starts.
    @Test
    void pageCacheDelaysOnlyMemoryShrink() {
        rules = ScalingRules.ELASTIGRES;
        begin(3);
        connect();
        Resize resize = shrinkTo(1);
        var half = new Resources(0.25, size(2).memory());
        after(ended(resize, half, new Done(), new HeldByPageCache("1.4GiB of files are cached")));
        assertThat(state.current()).isEqualTo(half);
        assertThat(state.size().target()).isEmpty();
        assertThat(state.shrink().refused()).isEmpty();
        assertThat(state.shrink().memory().cooldown().until()).isEmpty();
        assertThat(state.shrink().memory().cooldown().length()).isEqualTo(rules.cooldown().first());
        assertThat(state.why().wanted()).isEqualTo(size(1));
        assertThat(state.why().obstacle())
                .isEqualTo(new Obstacle.HeldByPageCache("1.4GiB of files are cached"));

        // It is retried with growing backoff.
        for (int wait = 5; wait <= 120; wait = Math.min(120, 2 * wait)) {
            latest.clear();
            for (int second = 1; second < wait; second++) {
                load(1);
                afterSeconds(1);
            }
            assertThat(resizes()).isEmpty();
            afterSeconds(1);
            Resize again = only(Resize.class, resizes());
            assertThat(again.to()).isEqualTo(size(1));
            after(ended(again, half, new Done(), new HeldByPageCache("the same")));
            if (wait == 120) break;
        }
        // CPUs grow meanwhile, without waiting for the retry.
        afterSeconds(3);
        var ask = last(RequestPermit.class, load(2));
        latest.clear();
        after(new PermitReceived(ask.id(), ask.wanted(), false));
        assertThat(last(Resize.class).to()).isEqualTo(new Resources(0.5, half.memory()));
        after(done(last(Resize.class)));
        assertThat(state.shrink().memory().cooldown().length()).isEqualTo(rules.cooldown().first());
    }

    /// The requests are as wanted; only the limit is still higher.
    @Test
    void lowersMemoryLimitHeldByPageCacheLater() {
        begin(2);
        connect();
        Resize resize = shrinkTo(1);
        after(ended(resize, size(1), new Done(), new HeldByPageCache("files are cached")));
        assertThat(state.scheduler().request().orElseThrow().size()).isEqualTo(size(1));
        assertThat(why())
                .startsWith("has 0.25 CPUs and 1GiB as it should: ")
                .endsWith("; but page cache prevents a lower memory limit: files are cached");
        latest.clear();
        afterSeconds(5);
        Resize again = only(Resize.class, resizes());
        assertThat(again.from()).isEqualTo(size(1));
        assertThat(again.to()).isEqualTo(size(1));
        after(done(again));
        assertThat(state.why().obstacle()).isEqualTo(new Obstacle.None());
        latest.clear();
        afterSeconds(30);
        assertThat(resizes()).isEmpty();
    }

    /// The limit stays requested from a host that decides by an old usage figure. The driver has to
    /// keep usage low until the host measures again, so it is called every 5 s.
    @Test
    void aLimitThatIsPendingForAnOldUsageFigureIsRetriedEveryFiveSeconds() {
        var pending = new Pending(ResizeFailure.OUTDATED_USAGE, "not measured yet");
        begin(2);
        connect();
        Resize resize = shrinkTo(1);
        for (int i = 0; i < 4; i++)
            resize = retried(resize, new Resources(0.25, size(2).memory()), pending);
        // The requests are as wanted; only the limit is still higher.
        for (int i = 0; i < 4; i++) resize = retried(resize, size(1), pending);
        after(done(resize));
        assertThat(state.why().obstacle()).isEqualTo(new Obstacle.None());
    }

    private Resize retried(Resize resize, Resources size, Pending pending) {
        after(ended(resize, size, new Done(), pending));
        latest.clear();
        for (int second = 1; second < 5; second++) {
            load(1);
            afterSeconds(1);
        }
        assertThat(resizes()).isEmpty();
        afterSeconds(1);
        Resize again = only(Resize.class, resizes());
        assertThat(again.to()).isEqualTo(size(1));
        return again;
    }

    /// The monitor knows of less than the VM has: it is notified of the rest, and the VM need not
    /// grow.
    @Test
    void moreIsWantedThanTheMonitorKnowsOf() {
        begin(4);
        connect();
        Resize resize = shrinkTo(1);
        var kept = new Resources(0.25, size(4).memory());
        after(ended(resize, kept, new Done(), new HeldByPageCache("files are cached")));
        latest.clear();
        after(new UpscaleRequested(SESSION, Optional.empty()));
        assertThat(state.why().wanted().memory()).isEqualTo(size(2).memory());
        assertThat(last(NotifyMonitor.class).size().memory()).isEqualTo(size(2).memory());
    }

    /// A resource without room delays neither the other resource nor its own shrink.
    @Test
    void retriesOnlyTheResourceThatFailed() {
        begin(1);
        connect();
        var ask = last(RequestPermit.class, load(2));
        Resize resize = last(Resize.class, after(new PermitReceived(ask.id(), size(2), false)));
        var memoryOnly = new Resources(0.25, size(2).memory());
        after(ended(resize, memoryOnly, new Pending("no CPUs are free"), new Done()));
        assertThat(state.size().range()).isEqualTo(new SizeRange(memoryOnly, size(2)));
        assertThat(state.why().obstacle()).isEqualTo(new Obstacle.ResizeFailed("no CPUs are free"));
        var more = last(RequestPermit.class, load(3));
        latest.clear();
        after(new PermitReceived(more.id(), size(3), false));
        assertThat(last(Resize.class).to()).isEqualTo(new Resources(0.5, size(3).memory()));
    }

    /// Memory in use delays memory but not CPUs.
    @Test
    void memoryInUseDoesNotHoldCpus() {
        begin(2);
        connect();
        Resize resize = shrinkTo(1);
        var kept = new Resources(0.25, size(2).memory());
        after(ended(resize, kept, new Done(), new InUse("1.5GiB are in use")));
        assertThat(state.why().wanted()).isEqualTo(kept);
        assertThat(state.shrink().memory().cooldown().until()).isPresent();
    }

    private List<Action> resizes() {
        return latest.stream().filter(Resize.class::isInstance).toList();
    }

    private static ResizeEnded ended(
            Resize resize, Resources size, ResourceOutcome cpus, ResourceOutcome memory) {
        return new ResizeEnded(resize.id(), new ResizeOutcome.PerResource(size, cpus, memory));
    }

    private static <A extends Action> A last(Class<A> type, List<Action> actions) {
        return actions.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .reduce((_, later) -> later)
                .orElseThrow();
    }

    @Test
    void observedSizeOverridesRequestedSize() {
        Resize resize = startGrowth();
        connect();
        after(new ResizeEnded(resize.id(), new ResizeOutcome.Failed("the driver is busy")));
        assertThat(state.size().range().max()).isEqualTo(size(2));
        after(new SizeObserved(size(1), size(1)));
        assertThat(state.size().range()).isEqualTo(new SizeRange(size(1), size(1)));
        only(Resize.class, afterSeconds(5));
    }

    @Test
    void doesNotGrowWhileTheMonitorIsAskedForLess() {
        begin(2);
        connect();
        var ask = only(RequestDownscale.class, load(1));
        assertThat(load(3)).noneMatch(Resize.class::isInstance);
        var asked = last(RequestPermit.class);
        assertThat(after(new PermitReceived(asked.id(), size(3), false))).isEmpty();
        after(new DownscaleAgreed(SESSION, ask.id()));
        assertThat(last(Resize.class).to()).isEqualTo(size(3));
    }

    // ---- steps

    private final List<Action> latest = new ArrayList<>();

    private List<Action> after(Event event) {
        Step step = AgentDecision.after(state, event, rules, now);
        state = step.state();
        assertThat(state.wakeAt().isAfter(now)).isTrue();
        assertThat(state.why().text()).isNotBlank();
        latest.addAll(step.actions());
        // Other scenarios test when metrics are read at once.
        return step.actions().stream().filter(it -> !(it instanceof ReadMetrics)).toList();
    }

    /// Advances time and returns the actions of all due timers.
    private List<Action> afterSeconds(int seconds) {
        Moment end = now.plus(Duration.ofSeconds(seconds));
        var all = new ArrayList<Action>();
        while (!state.wakeAt().isAfter(end)) {
            now = state.wakeAt();
            all.addAll(after(new TimerFired()));
        }
        now = end;
        return all.stream().filter(it -> !isRenewal(it)).toList();
    }

    private boolean isRenewal(Action action) {
        return action instanceof RequestPermit ask && ask.wanted().equals(ask.permit());
    }

    private void begin(int units) {
        state = State.begin(LIMITS, size(units), size(units), 1, rules, now);
    }

    private void connect() {
        after(new MonitorFound(SESSION));
        after(new UpscaleConfirmed(SESSION, last(NotifyMonitor.class).id()));
        if (state.scheduler().request().isPresent()
                && last(RequestPermit.class).wanted().equals(state.scheduler().permit()))
            after(
                    new PermitReceived(
                            last(RequestPermit.class).id(), state.scheduler().permit(), false));
    }

    private List<Action> load(int units) {
        var host =
                new HostMetrics(
                        units * 0.9 * UNIT.vcpus(),
                        units * 0.9 * UNIT.vcpus(),
                        Bytes.ofGibibytes(1),
                        Bytes.ofMebibytes(900),
                        Bytes.ZERO,
                        new CpuFigures.Unavailable());
        if (state.scheduler().request().isEmpty() && !state.scheduler().reportAt().isAfter(now)) {
            // The first report to the scheduler requests nothing.
            after(new TimerFired());
            after(
                    new PermitReceived(
                            last(RequestPermit.class).id(), state.scheduler().permit(), false));
        }
        return after(new MetricsRead(new VmMetrics(Optional.of(host), Optional.empty()), now, now));
    }

    /// Keeps the goal at `units` for as long as a higher goal would count.
    private void knownToNeed(int units) {
        load(units);
        for (int i = 0; i < 12; i++) {
            now = now.plus(Duration.ofSeconds(5));
            load(units);
        }
    }

    private void growTo(int units, int from) {
        var ask = only(RequestPermit.class, load(units));
        var resize = only(Resize.class, after(new PermitReceived(ask.id(), size(units), false)));
        assertThat(resize.from()).isEqualTo(size(from));
        after(done(resize));
    }

    private Resize startGrowth() {
        var ask = only(RequestPermit.class, load(2));
        return only(Resize.class, after(new PermitReceived(ask.id(), size(2), false)));
    }

    /// Advances time and lets the monitor agree until the resize starts.
    private Resize shrinkTo(int units) {
        latest.clear();
        for (int i = 0; i < 100 && latest.stream().noneMatch(Resize.class::isInstance); i++) {
            load(units);
            if (state.monitor() instanceof MonitorState.Present it
                    && it.downscaleRequest().isPresent())
                after(new DownscaleAgreed(SESSION, last(RequestDownscale.class).id()));
            afterSeconds(1);
        }
        assertThat(last(Resize.class).to()).isEqualTo(size(units));
        return last(Resize.class);
    }

    private static ResizeEnded done(Resize resize) {
        return new ResizeEnded(resize.id(), new ResizeOutcome.Done(resize.to()));
    }

    private String why() {
        return state.why().text();
    }

    private static Resources size(int units) {
        return UNIT.times(units);
    }

    private <A extends Action> A last(Class<A> type) {
        return last(type, latest);
    }

    private static <A extends Action> A only(Class<A> type, List<Action> actions) {
        assertThat(actions).hasOnlyElementsOfType(type).hasSize(1);
        return type.cast(actions.getFirst());
    }
}
