package dev.elastigres.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.monitor.Action.AcceptDownscale;
import dev.elastigres.core.monitor.Action.AnswerHealthCheck;
import dev.elastigres.core.monitor.Action.ConfirmUpscale;
import dev.elastigres.core.monitor.Action.FitCache;
import dev.elastigres.core.monitor.Action.RefuseDownscale;
import dev.elastigres.core.monitor.Action.RequestUpscale;
import dev.elastigres.core.monitor.Action.WatchMemory;
import dev.elastigres.core.monitor.CacheOutcome.Applied;
import dev.elastigres.core.monitor.CacheOutcome.Failed;
import dev.elastigres.core.monitor.DatabaseState.Down;
import dev.elastigres.core.monitor.DatabaseState.Hung;
import dev.elastigres.core.monitor.DatabaseState.Refusing;
import dev.elastigres.core.monitor.DatabaseState.Unmanaged;
import dev.elastigres.core.monitor.DatabaseState.Up;
import dev.elastigres.core.monitor.Event.CacheSettled;
import dev.elastigres.core.monitor.Event.DatabaseChanged;
import dev.elastigres.core.monitor.Event.DownscaleRequested;
import dev.elastigres.core.monitor.Event.HealthCheckReceived;
import dev.elastigres.core.monitor.Event.MemoryObserved;
import dev.elastigres.core.monitor.Event.SessionEnded;
import dev.elastigres.core.monitor.Event.SessionStarted;
import dev.elastigres.core.monitor.Event.TimerFired;
import dev.elastigres.core.monitor.Event.UpscaleNotified;
import dev.elastigres.core.monitor.Event.UsageChanged;
import dev.elastigres.core.monitor.Refusal.CacheStuck;
import dev.elastigres.core.monitor.Refusal.Superseded;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class MonitorDecisionTest {
    private static final Bytes ONE_GIB = Bytes.ofGibibytes(1);
    private static final Resources TWO_GIB = new Resources(0.5, Bytes.ofGibibytes(2));
    private static final Resources HALF_GIB = new Resources(0.25, Bytes.ofMebibytes(512));

    private Moment now = new Moment(0);
    private long used = 200;
    private State state = State.begin(ONE_GIB, new Unmanaged(), MonitorRules.DEFAULT);

    // ---- growth

    @Test
    void usesObservedMemoryAtStart() {
        Step first = MonitorDecision.begin(state, usage(), MonitorRules.DEFAULT, now);
        assertThat(first.actions()).containsExactly(watch(ONE_GIB));
    }

    @Test
    void setsCacheSizeAtStartWithoutChange() {
        State managed = State.begin(ONE_GIB, new DatabaseState.Unknown(), MonitorRules.DEFAULT);
        Step first = MonitorDecision.begin(managed, usage(), MonitorRules.DEFAULT, now);
        assertThat(first.actions()).contains(new FitCache(ONE_GIB));
    }

    @Test
    void confirmsAtOnceButUsesOnlyArrivedMemory() {
        connect();
        List<Action> announced = after(new UpscaleNotified(1, 2, TWO_GIB));
        assertThat(announced).singleElement().isInstanceOf(ConfirmUpscale.class);
        assertThat(state.threshold()).isEqualTo(ONE_GIB.times(0.85));

        Bytes partly = Bytes.ofMebibytes(1500);
        assertThat(after(new MemoryObserved(partly))).containsExactly(watch(partly));
        // MemTotal does not include what the kernel keeps, which the reserve accounts for.
        Bytes usable = Bytes.ofMebibytes(2048 - 100);
        assertThat(after(new MemoryObserved(Bytes.ofMebibytes(1990))))
                .containsExactly(watch(usable));
    }

    @Test
    void confirmationNamesAppliedMemory() {
        connect();
        assertThat(applied(after(new UpscaleNotified(1, 2, TWO_GIB)))).isEqualTo(ONE_GIB);
        Bytes part = Bytes.ofMebibytes(1947);
        after(new MemoryObserved(part));
        assertThat(applied(after(new UpscaleNotified(1, 4, TWO_GIB)))).isEqualTo(part);
        // The rest is what the kernel keeps.
        after(new MemoryObserved(Bytes.ofMebibytes(1948)));
        assertThat(applied(after(new UpscaleNotified(1, 6, TWO_GIB)))).isEqualTo(TWO_GIB.memory());
        Resources none = new Resources(1, Bytes.of(1));
        assertThat(applied(after(new UpscaleNotified(1, 8, none)))).isEqualTo(Bytes.of(1));
    }

    private static Bytes applied(List<Action> actions) {
        return ((ConfirmUpscale) actions.getLast()).applied();
    }

    @Test
    void confirmsAfterTheCacheIsFitted() {
        database(new Up());
        connect();
        after(new MemoryObserved(Bytes.ofGibibytes(2)));
        Bytes usable = Bytes.ofMebibytes(1948);
        assertThat(after(new UpscaleNotified(1, 2, TWO_GIB)))
                .containsExactly(watch(usable), new FitCache(usable));
        assertThat(after(new CacheSettled(new Applied(usable, "set file cache size to 1461MiB"))))
                .containsExactly(
                        new ConfirmUpscale(
                                1,
                                2,
                                TWO_GIB,
                                Bytes.ofGibibytes(2),
                                "set file cache size to 1461MiB; threshold is 1.62GiB, of 1.90GiB"
                                        + " usable"));
    }

    @Test
    void confirmsWithoutTheCacheWhenPostgresIsDown() {
        database(new Down("connection refused"));
        connect();
        after(new MemoryObserved(Bytes.ofGibibytes(2)));
        assertThat(after(new UpscaleNotified(1, 2, TWO_GIB)))
                .last()
                .isInstanceOfSatisfying(
                        ConfirmUpscale.class,
                        confirm -> assertThat(confirm.summary()).contains("connection refused"));
    }

    @Test
    void wishesForTheCacheAgainWhenNothingChangesAsTheAnswerWaitsForIt() {
        database(new Up());
        connect();
        assertThat(after(new UpscaleNotified(1, 2, TWO_GIB)))
                .containsExactly(new FitCache(ONE_GIB));
        assertThat(after(new CacheSettled(new Applied(ONE_GIB, "set file cache size to 698MiB"))))
                .singleElement()
                .isInstanceOf(ConfirmUpscale.class);
    }

    @Test
    void confirmsWithinTheLimitWhenPostgresHangs() {
        database(new Up());
        connect();
        after(new MemoryObserved(Bytes.ofGibibytes(2)));
        after(new UpscaleNotified(1, 2, TWO_GIB));
        assertThat(state.wakeAt()).contains(now.plus(Duration.ofSeconds(3)));
        pass(Duration.ofSeconds(3));
        assertThat(after(new TimerFired())).singleElement().isInstanceOf(ConfirmUpscale.class);
    }

    @Test
    void waitsForTheNewerCacheWhenMemoryArrivesMeanwhile() {
        database(new Up());
        connect();
        after(new UpscaleNotified(1, 2, TWO_GIB));
        Bytes arrived = Bytes.ofMebibytes(1990);
        Bytes usable = Bytes.ofMebibytes(1948);
        assertThat(after(new MemoryObserved(arrived))).contains(new FitCache(usable));
        assertThat(after(new CacheSettled(new Applied(usable, "set file cache size to 1461MiB"))))
                .singleElement()
                .isInstanceOf(ConfirmUpscale.class);
    }

    // ---- downscales

    @Test
    void agreesAndLowersTheThreshold() {
        connect();
        assertThat(after(new DownscaleRequested(1, 4, HALF_GIB)))
                .containsExactly(
                        watch(Bytes.ofMebibytes(412)),
                        new AcceptDownscale(
                                1,
                                4,
                                HALF_GIB,
                                Optional.of(Bytes.ofMebibytes(200)),
                                "no cache is managed; set memory threshold from 870.4MiB to"
                                        + " 350.2MiB, of 412MiB usable"));
    }

    @Test
    void shrinksTheCacheBeforeItAgrees() {
        database(new Up());
        connect();
        Bytes usable = Bytes.ofMebibytes(412);
        assertThat(after(new DownscaleRequested(1, 4, HALF_GIB)))
                .containsExactly(new FitCache(usable));
        assertThat(state.threshold()).isEqualTo(ONE_GIB.times(0.85));
        assertThat(after(new CacheSettled(new Applied(usable, "set file cache size to 141MiB"))))
                .containsExactly(
                        watch(usable),
                        new AcceptDownscale(
                                1,
                                4,
                                HALF_GIB,
                                Optional.of(Bytes.ofMebibytes(200)),
                                "set file cache size to 141MiB; set memory threshold from 870.4MiB"
                                        + " to 350.2MiB, of 412MiB usable"));
    }

    @Test
    void looksAgainAtUsageBeforeItAgrees() {
        database(new Up());
        connect();
        after(new DownscaleRequested(1, 4, HALF_GIB));
        used = 300;
        List<Action> settled = after(new CacheSettled(new Applied(Bytes.ofMebibytes(412), "set")));
        assertThat(settled).hasSize(2).contains(new FitCache(ONE_GIB));
        assertThat(settled).last().isInstanceOf(RefuseDownscale.class);
        assertThat(state.threshold()).isEqualTo(ONE_GIB.times(0.85));
    }

    @Test
    void refusesWithoutTouchingTheCache() {
        database(new Up());
        connect();
        used = 600;
        assertThat(after(new DownscaleRequested(1, 4, HALF_GIB)))
                .singleElement()
                .isInstanceOf(RefuseDownscale.class);
    }

    @Test
    void refusesWhenPostgresHangsAndGivesTheCacheBack() {
        database(new Up());
        connect();
        after(new DownscaleRequested(1, 4, HALF_GIB));
        pass(Duration.ofSeconds(3));
        List<Action> late = after(new TimerFired());
        assertThat(late).first().isEqualTo(new FitCache(ONE_GIB));
        assertThat(late)
                .last()
                .isInstanceOfSatisfying(
                        RefuseDownscale.class,
                        refuse -> assertThat(refuse.refusal()).isInstanceOf(CacheStuck.class));
    }

    @Test
    void refusesAtOnceWhenPostgresIsKnownToHang() {
        database(new Hung("no answer within 2s"));
        connect();
        assertThat(after(new DownscaleRequested(1, 4, HALF_GIB)))
                .last()
                .isEqualTo(
                        new RefuseDownscale(1, 4, HALF_GIB, new CacheStuck("no answer within 2s")));
    }

    @Test
    void agreesWhenOnlyAHintToThePlannerCannotBeWritten() {
        for (DatabaseState stuck : List.of(new Refusing("no", false), new Hung("no", false))) {
            database(stuck);
            connect();
            assertThat(after(new DownscaleRequested(1, 4, HALF_GIB)))
                    .last()
                    .isInstanceOfSatisfying(
                            AcceptDownscale.class,
                            agree -> assertThat(agree.summary()).contains("when Postgres can: no"));
        }
    }

    @Test
    void agreesWhenAHintToThePlannerTakesTooLong() {
        database(new Up(false));
        connect();
        after(new DownscaleRequested(1, 4, HALF_GIB));
        pass(Duration.ofSeconds(3));
        assertThat(after(new TimerFired())).last().isInstanceOf(AcceptDownscale.class);
    }

    @Test
    void acceptsDownscaleWhilePostgresIsDown() {
        database(new Down("connection refused"));
        connect();
        assertThat(after(new DownscaleRequested(1, 4, HALF_GIB)))
                .last()
                .isInstanceOfSatisfying(
                        AcceptDownscale.class,
                        agree -> assertThat(agree.summary()).contains("connection refused"));
    }

    @Test
    void acceptsDownscaleWhenPostgresGoesDown() {
        database(new Up());
        connect();
        after(new DownscaleRequested(1, 4, HALF_GIB));
        var failed = new Failed(Bytes.ofMebibytes(412), new Down("it is starting up"));
        assertThat(after(new CacheSettled(failed))).last().isInstanceOf(AcceptDownscale.class);
    }

    @Test
    void newDownscaleRequestSupersedesPendingOne() {
        database(new Up());
        connect();
        after(new DownscaleRequested(1, 4, HALF_GIB));
        assertThat(after(new DownscaleRequested(1, 6, HALF_GIB)))
                .containsExactly(
                        new FitCache(ONE_GIB),
                        new RefuseDownscale(1, 4, HALF_GIB, new Superseded()),
                        new FitCache(Bytes.ofMebibytes(412)));
    }

    @Test
    void takesAShrinkBackWhenTheAgentLeaves() {
        database(new Up());
        connect();
        after(new DownscaleRequested(1, 4, HALF_GIB));
        assertThat(after(new SessionEnded(1))).containsExactly(new FitCache(ONE_GIB));
        assertThat(after(new CacheSettled(new Applied(Bytes.ofMebibytes(412), "set")))).isEmpty();
        assertThat(state.threshold()).isEqualTo(ONE_GIB.times(0.85));
    }

    // ---- requests

    @Test
    void asksAtOnceAndThenLessAndLessOften() {
        connect();
        used = 900;
        assertThat(after(new UsageChanged()))
                .hasOnlyElementsOfType(RequestUpscale.class)
                .hasSize(1);
        assertThat(secondsOfRequests(Duration.ofSeconds(32))).containsExactly(1, 3, 7, 15, 23, 31);
    }

    @Test
    void asksForAsMuchAsWouldDo() {
        connect();
        after(new UpscaleNotified(1, 2, new Resources(1, ONE_GIB)));
        pass(Duration.ofSeconds(1));
        used = 900;
        ResourceNeed need = need(after(new UsageChanged()));
        assertThat(need)
                .isEqualTo(
                        new ResourceNeed(
                                Bytes.ofMebibytes(1159),
                                OptionalDouble.empty(),
                                Optional.empty(),
                                Shortage.USAGE));
        after(new MemoryObserved(Bytes.ofGibibytes(2)));
        after(new UpscaleNotified(1, 4, new Resources(1, need.memory())));
        assertThat(usage(900)).isLessThan(state.threshold());
        after(new UpscaleNotified(1, 6, new Resources(1, Bytes.ofMebibytes(1158))));
        assertThat(usage(900)).isGreaterThan(state.threshold());
    }

    @Test
    void asksByTheNewestSampleWhereThatIsAboveTheAverage() {
        connect();
        var rising = new Usage.Known(usage(900), usage(1000), 5, now);
        Step step =
                MonitorDecision.after(state, new UsageChanged(), rising, MonitorRules.DEFAULT, now);
        assertThat(need(step.actions()).memory()).isEqualTo(Bytes.ofMebibytes(1277));
    }

    private static ResourceNeed need(List<Action> actions) {
        return ((RequestUpscale) actions.getLast()).reason().need();
    }

    private static Bytes usage(long mebibytes) {
        return Bytes.ofMebibytes(mebibytes);
    }

    @Test
    void asksEachSecondAgainAfterAGrant() {
        connect();
        used = 900;
        after(new UsageChanged());
        secondsOfRequests(Duration.ofSeconds(7));
        pass(Duration.ofMillis(100));
        List<Action> granted = after(new UpscaleNotified(1, 2, TWO_GIB));
        assertThat(granted).noneMatch(RequestUpscale.class::isInstance);
        pass(Duration.ofSeconds(1));
        assertThat(after(new TimerFired())).hasOnlyElementsOfType(RequestUpscale.class).hasSize(1);
    }

    @Test
    void asksAtOnceForANewNeedAfterALongCalm() {
        connect();
        used = 900;
        after(new UsageChanged());
        secondsOfRequests(Duration.ofSeconds(15));
        used = 200;
        after(new UsageChanged());
        pass(Duration.ofSeconds(8));
        used = 900;
        assertThat(after(new UsageChanged()))
                .hasOnlyElementsOfType(RequestUpscale.class)
                .hasSize(1);
        assertThat(secondsOfRequests(Duration.ofSeconds(4))).containsExactly(1, 3);
    }

    @Test
    void postponesRequestUntilAnAgentConnects() {
        used = 900;
        assertThat(after(new UsageChanged())).isEmpty();
        assertThat(after(new SessionStarted(1, true)))
                .singleElement()
                .isInstanceOf(RequestUpscale.class);
    }

    @Test
    void newAgentDoesNotInheritRequestBackoff() {
        connect();
        used = 900;
        after(new UsageChanged());
        secondsOfRequests(Duration.ofSeconds(16));
        assertThat(after(new SessionStarted(2, true)))
                .singleElement()
                .isInstanceOf(RequestUpscale.class);
        assertThat(secondsOfRequests(Duration.ofSeconds(4))).containsExactly(1, 3);
        assertThat(after(new SessionStarted(3, true)))
                .singleElement()
                .isInstanceOf(RequestUpscale.class);
        assertThat(after(new SessionStarted(4, true))).as("within the same second").isEmpty();
    }

    @Test
    void asksNothingWhileUsageIsUnknown() {
        connect();
        Step step =
                MonitorDecision.after(
                        state,
                        new UsageChanged(),
                        new Usage.Unreadable("gone"),
                        MonitorRules.DEFAULT,
                        now);
        assertThat(step.actions()).isEmpty();
        assertThat(step.state().wakeAt()).isEmpty();
    }

    // ---- sessions

    @Test
    void answersHealthChecksWhilePostgresHangs() {
        database(new Up());
        connect();
        after(new DownscaleRequested(1, 4, HALF_GIB));
        assertThat(after(new HealthCheckReceived(1, 6)))
                .containsExactly(new AnswerHealthCheck(1, 6));
    }

    @Test
    void ignoresMessagesOfEarlierSession() {
        connect();
        after(new SessionStarted(2, true));
        assertThat(after(new HealthCheckReceived(1, 6))).isEmpty();
        assertThat(after(new UpscaleNotified(1, 8, TWO_GIB))).isEmpty();
        assertThat(after(new SessionEnded(1))).isEmpty();
        assertThat(after(new HealthCheckReceived(2, 2)))
                .containsExactly(new AnswerHealthCheck(2, 2));
    }

    // ---- announcements

    @Test
    void discardsAnnouncedSizeWhenSessionEnds() {
        connect();
        after(new DownscaleRequested(1, 4, HALF_GIB));
        assertThat(state.threshold()).isEqualTo(Bytes.ofMebibytes(412).times(0.85));
        // The announced size was never applied.
        assertThat(after(new SessionStarted(2, true))).containsExactly(watch(ONE_GIB));
        assertThat(state.memory().announced()).isEmpty();

        after(new DownscaleRequested(2, 4, HALF_GIB));
        assertThat(after(new SessionEnded(2))).containsExactly(watch(ONE_GIB));
    }

    @Test
    void anAgreedDownscaleEndsTheBackOff() {
        connect();
        used = 900;
        after(new UsageChanged());
        secondsOfRequests(Duration.ofSeconds(16));
        used = 200;
        after(new UsageChanged());
        assertThat(after(new DownscaleRequested(1, 4, HALF_GIB)))
                .last()
                .isInstanceOf(AcceptDownscale.class);
        used = 400;
        assertThat(after(new UsageChanged())).hasAtLeastOneElementOfType(RequestUpscale.class);
        assertThat(secondsOfRequests(Duration.ofSeconds(4))).containsExactly(1, 3);
    }

    @Test
    void aGrantTakesNothingFromSettingsThatADownscaleWouldNotBeGiven() {
        database(new Up());
        connect();
        Resources none = new Resources(1, Bytes.of(1));
        assertThat(after(new UpscaleNotified(1, 2, none)))
                .containsExactly(watch(Bytes.ZERO), new FitCache(ONE_GIB));
        List<Action> settled = after(new CacheSettled(new Applied(ONE_GIB, "kept")));
        assertThat(settled)
                .first()
                .isInstanceOfSatisfying(
                        ConfirmUpscale.class,
                        confirm ->
                                assertThat(confirm.summary())
                                        .isEqualTo(
                                                "kept; threshold is 0B, of 0B usable; settings"
                                                        + " stay fitted to 1GiB, as a downscale to"
                                                        + " that would be refused"));
        // The announced size is that small, so the monitor requests more.
        pass(Duration.ofSeconds(1));
        assertThat(after(new TimerFired())).hasOnlyElementsOfType(RequestUpscale.class).hasSize(1);
        // The settings follow the observed memory.
        assertThat(after(new MemoryObserved(Bytes.ofMebibytes(600))))
                .contains(new FitCache(Bytes.ofMebibytes(600)));
        // The settings follow an announcement to which a downscale would be accepted.
        assertThat(after(new UpscaleNotified(1, 6, HALF_GIB)))
                .contains(new FitCache(Bytes.ofMebibytes(412)));
    }

    @Test
    void settingsHaveAFloorWhereNothingIsWatched() {
        database(new Up());
        connect();
        Resources none = new Resources(1, Bytes.of(1));
        Step granted =
                MonitorDecision.after(
                        state,
                        new UpscaleNotified(1, 2, none),
                        new Usage.NotMonitored(),
                        MonitorRules.DEFAULT,
                        now);
        assertThat(granted.actions()).contains(new FitCache(Bytes.ofMebibytes(256)));
    }

    // ---- one resize, one change of the cache

    @Test
    void resizesCacheOnceForMemoryThatArrivesInParts() {
        database(new Up());
        connect();
        after(new UpscaleNotified(1, 2, TWO_GIB));
        after(new CacheSettled(new Applied(ONE_GIB, "kept")));
        var wishes = new ArrayList<Action>();
        for (long part = 1152; part < 1948; part += 128) {
            pass(Duration.ofMillis(300));
            wishes.addAll(after(new MemoryObserved(Bytes.ofMebibytes(part))));
        }
        assertThat(wishes).hasOnlyElementsOfType(WatchMemory.class);
        assertThat(after(new MemoryObserved(Bytes.ofMebibytes(1990))))
                .contains(new FitCache(Bytes.ofMebibytes(1948)));
    }

    @Test
    void resizesCacheASecondAfterMemoryStopsArriving() {
        database(new Up());
        connect();
        after(new UpscaleNotified(1, 2, TWO_GIB));
        after(new CacheSettled(new Applied(ONE_GIB, "kept")));
        after(new MemoryObserved(Bytes.ofMebibytes(1500)));
        assertThat(state.wakeAt()).contains(now.plus(Duration.ofSeconds(1)));
        pass(Duration.ofSeconds(1));
        assertThat(after(new TimerFired())).containsExactly(new FitCache(Bytes.ofMebibytes(1500)));
        assertThat(state.wakeAt()).isEmpty();
    }

    @Test
    void resizesCacheAtOnceWhenMemoryIsRemoved() {
        database(new Up());
        connect();
        assertThat(after(new MemoryObserved(Bytes.ofMebibytes(800))))
                .contains(new FitCache(Bytes.ofMebibytes(800)));
    }

    @Test
    void reconnectingAgentDoesNotChangeCache() {
        database(new Up());
        Resources all = new Resources(1, ONE_GIB);
        connect();
        assertThat(after(new UpscaleNotified(1, 2, all)))
                .contains(new FitCache(Bytes.ofMebibytes(924)));
        after(new SessionEnded(1));
        pass(Duration.ofSeconds(5));
        assertThat(after(new TimerFired())).isEmpty();
        after(new SessionStarted(2, true));
        pass(Duration.ofSeconds(5));
        assertThat(after(new TimerFired())).isEmpty();
        assertThat(state.cache().fitted()).isEqualTo(Bytes.ofMebibytes(924));
    }

    @Test
    void restoresCacheASecondAfterAbandonedShrink() {
        database(new Up());
        connect();
        after(new DownscaleRequested(1, 4, HALF_GIB));
        after(new CacheSettled(new Applied(Bytes.ofMebibytes(412), "set")));
        after(new SessionEnded(1));
        pass(Duration.ofSeconds(1));
        assertThat(after(new TimerFired())).containsExactly(new FitCache(ONE_GIB));
    }

    // ---- sentences

    @Test
    void everyVerdictIsASentenceWithItsNumbers() {
        connect();
        assertThat(sentence(new UpscaleNotified(1, 2, TWO_GIB)))
                .isEqualTo(
                        "confirmed 2GiB, of which 1GiB is there: no cache is managed; threshold is"
                                + " 870.4MiB, of 1GiB usable; 1.90GiB once that memory is there");
        used = 900;
        assertThat(sentence(new DownscaleRequested(1, 4, HALF_GIB)))
                .isEqualTo(
                        "refused 512MiB: Postgres uses 900MiB, and with 512MiB the threshold would"
                                + " be 350.2MiB: less than usage + 100MiB; 1.25GiB would be agreed"
                                + " to");
        pass(Duration.ofSeconds(1));
        assertThat(sentence(new UsageChanged()))
                .isEqualTo(
                        "asked for at least 2GiB: Postgres uses 900MiB, the threshold is 870.4MiB");
        used = 200;
        assertThat(sentence(new DownscaleRequested(1, 6, HALF_GIB)))
                .isEqualTo(
                        "agreed to 512MiB, as Postgres uses only 200MiB: no cache is managed; set"
                                + " memory threshold from 870.4MiB to 350.2MiB, of 412MiB usable");
    }

    private String sentence(Event event) {
        return ((Action.Verdict) after(event).getLast()).sentence();
    }

    // ---- helpers

    private static WatchMemory watch(Bytes usable) {
        return new WatchMemory(usable.times(0.85), MemoryRules.DEFAULT.limits(usable));
    }

    private void connect() {
        after(new SessionStarted(1, true));
    }

    private void database(DatabaseState database) {
        state = State.begin(ONE_GIB, new DatabaseState.Unknown(), MonitorRules.DEFAULT);
        after(new DatabaseChanged(database));
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private Usage usage() {
        return new Usage.Known(Bytes.ofMebibytes(used), Bytes.ofMebibytes(used), 5, now);
    }

    private List<Action> after(Event event) {
        Step step = MonitorDecision.after(state, event, usage(), MonitorRules.DEFAULT, now);
        state = step.state();
        return step.actions();
    }

    /// Advances time by `time`, waking only at the state's own times. Returns the whole seconds
    /// after the start at which a request was sent.
    private List<Integer> secondsOfRequests(Duration time) {
        Moment began = now;
        Moment end = now.plus(time);
        var seconds = new ArrayList<Integer>();
        while (state.wakeAt().filter(end::isAfter).isPresent()) {
            now = state.wakeAt().orElseThrow();
            if (after(new TimerFired()).stream().anyMatch(RequestUpscale.class::isInstance))
                seconds.add((int) now.since(began).toSeconds());
        }
        now = end;
        return seconds;
    }
}
