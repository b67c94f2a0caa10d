package dev.elastigres.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.monitor.Action.AcceptDownscale;
import dev.elastigres.core.monitor.Action.AnswerHealthCheck;
import dev.elastigres.core.monitor.Action.ConfirmUpscale;
import dev.elastigres.core.monitor.Action.FitCache;
import dev.elastigres.core.monitor.Action.RefuseDownscale;
import dev.elastigres.core.monitor.Action.RequestCpus;
import dev.elastigres.core.monitor.Action.RequestUpscale;
import dev.elastigres.core.monitor.Action.SetForecastHorizon;
import dev.elastigres.core.monitor.Action.WatchMemory;
import dev.elastigres.core.monitor.Event.CacheSettled;
import dev.elastigres.core.monitor.Event.CpusRead;
import dev.elastigres.core.monitor.Event.DatabaseChanged;
import dev.elastigres.core.monitor.Event.DownscaleRequested;
import dev.elastigres.core.monitor.Event.HealthCheckReceived;
import dev.elastigres.core.monitor.Event.MemoryObserved;
import dev.elastigres.core.monitor.Event.PressureReported;
import dev.elastigres.core.monitor.Event.SessionEnded;
import dev.elastigres.core.monitor.Event.SessionStarted;
import dev.elastigres.core.monitor.Event.TimerFired;
import dev.elastigres.core.monitor.Event.UpscaleNotified;
import dev.elastigres.core.monitor.Event.UsageChanged;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs random event sequences from a seed through the decisions of a runner, and checks the
/// invariants after every step.
class MonitorDecisionInvariantsTest {
    private static final int SEEDS = 400;
    private static final int EVENTS = 400;

    @Test
    void invariantsHoldInEveryRandomRun() {
        var seen = new HashSet<Class<?>>();
        for (long seed = 0; seed < SEEDS; seed++) new RandomRun(seed, seen).live();
        // The sequences must reach every action, or the test proves nothing.
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        RequestUpscale.class,
                        RequestCpus.class,
                        ConfirmUpscale.class,
                        AcceptDownscale.class,
                        RefuseDownscale.class,
                        AnswerHealthCheck.class,
                        FitCache.class,
                        WatchMemory.class,
                        SetForecastHorizon.class,
                        Refusal.TooFewSamples.class,
                        Refusal.StaleSample.class,
                        Refusal.UsageUnreadable.class,
                        Refusal.TooMuchUsed.class,
                        Refusal.TooLittleAvailable.class,
                        Refusal.CacheStuck.class,
                        Refusal.Superseded.class);
    }

    /// Runs a single seed, to reproduce a failure.
    @ParameterizedTest
    @ValueSource(longs = {0})
    void invariantsHoldInOneRandomRun(long seed) {
        new RandomRun(seed, new HashSet<>()).live();
    }

    private static final class RandomRun {
        private final long seed;
        private final Random random;
        private final Set<Class<?>> seen;
        private final MonitorRules rules;
        private Moment now;
        private Usage usage = new Usage.Unsampled();
        private State before;
        private State state;
        private Moment lastRequest;
        private Moment lastCpuRequest;
        private boolean understandsShortage;
        private Bytes wishedCache;
        private MemoryLimits watched;
        private final Set<Long> open = new HashSet<>();
        private long nextId = 2;
        private long session;

        RandomRun(long seed, Set<Class<?>> seen) {
            this.seed = seed;
            this.seen = seen;
            random = new Random(seed);
            rules =
                    (random.nextBoolean() ? MonitorRules.FORESIGHTED : MonitorRules.DEFAULT)
                            .with(CpuRules.DEFAULT);
            // Starts at an arbitrary clock value, including the one where it wraps.
            now = new Moment(random.nextBoolean() ? Long.MAX_VALUE - 1_000_000_000 : 0);
            lastRequest = now.plus(Duration.ofHours(-1));
            lastCpuRequest = lastRequest;
            DatabaseState database =
                    random.nextInt(4) == 0
                            ? new DatabaseState.Unmanaged()
                            : new DatabaseState.Unknown();
            state = State.begin(anyMemory(), database, rules);
            before = state;
            wishedCache = state.cache().fitted();
            watched = rules.memory().limits(usable(state));
        }

        void live() {
            for (int i = 0; i < EVENTS; i++) {
                now = now.plus(Duration.ofMillis(random.nextInt(random.nextBoolean() ? 50 : 4000)));
                usage = anyUsage();
                Event event = anyEvent();
                before = state;
                Step step = MonitorDecision.after(state, event, usage, rules, now);
                state = step.state();
                String where = "seed " + seed + ", step " + i + ": " + event + " in " + before;
                step.actions().forEach(action -> check(action, where));
                check(where);
            }
        }

        private void check(Action action, String where) {
            seen.add(action.getClass());
            switch (action) {
                case RequestUpscale ask -> {
                    assertThat(now.since(lastRequest))
                            .as("two requests within a second, " + where)
                            .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
                    assertThat(ask.session()).as(where).isEqualTo(session);
                    Bytes used = ask.reason().used();
                    if (rules.horizon().isEmpty())
                        assertThat(used).as(where).isGreaterThanOrEqualTo(ask.reason().threshold());
                    // Skip saturated amounts: no size is enough for them.
                    if (used.isLessThan(Bytes.of(Long.MAX_VALUE / 2)))
                        assertThat(used)
                                .as("what is asked for would not do, " + where)
                                .isLessThan(thresholdOf(ask.reason().need().memory()));
                    assertThat(ask.reason().text()).as(where).isNotBlank();
                    lastRequest = now;
                }
                case RequestCpus ask -> {
                    assertThat(now.since(lastRequest))
                            .as("two requests within a second, " + where)
                            .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
                    assertThat(now.since(lastCpuRequest))
                            .as("two requests for CPUs within a second, " + where)
                            .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
                    assertThat(ask.session()).as(where).isEqualTo(session);
                    assertThat(understandsShortage)
                            .as("taken for one for memory, " + where)
                            .isTrue();
                    assertThat(ask.wanted())
                            .as(where)
                            .isGreaterThan(ask.reading().online())
                            .isLessThanOrEqualTo(2 * ask.reading().online());
                    lastCpuRequest = now;
                }
                case AcceptDownscale(long _, long id, Resources target, var _, String _) -> {
                    assertThat(open.remove(id)).as("answered twice, " + where).isTrue();
                    checkAgreement(target.memory(), where);
                }
                case RefuseDownscale(long _, long id, Resources _, Refusal refusal) -> {
                    seen.add(refusal.getClass());
                    assertThat(open.remove(id)).as("answered twice, " + where).isTrue();
                    assertThat(refusal.text()).as(where).isNotBlank();
                    refusal.minMemory()
                            // Skip saturated amounts: no size is enough for them.
                            .filter(min -> min.isLessThan(Bytes.of(Long.MAX_VALUE / 2)))
                            .ifPresent(min -> checkMin(min, where));
                    if (managed())
                        assertThat(wishedCache)
                                .as("the cache was shrunk for a refused downscale, " + where)
                                .isIn(
                                        before.cache().fitted(),
                                        forSettings(before),
                                        forSettings(state));
                }
                case ConfirmUpscale(
                                long _,
                                long id,
                                Resources granted,
                                Bytes applied,
                                String _) -> {
                    assertThat(open.remove(id)).as("answered twice, " + where).isTrue();
                    assertThat(applied)
                            .as("more than was granted, " + where)
                            .isLessThanOrEqualTo(granted.memory());
                }
                case AnswerHealthCheck(long _, long id) ->
                        assertThat(open.remove(id)).as("answered twice, " + where).isTrue();
                case FitCache(Bytes usable) -> {
                    assertThat(usable)
                            .as("a cache for memory that is not there, " + where)
                            .isLessThanOrEqualTo(state.memory().observed());
                    wishedCache = usable;
                }
                case SetForecastHorizon _ -> {}
                case WatchMemory(Bytes threshold, MemoryLimits limits) -> {
                    assertThat(threshold)
                            .as("a threshold above the memory that is there, " + where)
                            .isLessThanOrEqualTo(
                                    rules.memory().threshold(state.memory().observed()));
                    watched = limits;
                }
            }
        }

        private void checkAgreement(Bytes target, String where) {
            if (usage instanceof Usage.NotMonitored) return;
            assertThat(usage).as(where).isInstanceOf(Usage.Known.class);
            var known = (Usage.Known) usage;
            Bytes threshold = thresholdOf(target);
            assertThat(known.last().plus(Bytes.ofMebibytes(100)))
                    .as("agreed to what the last sample contradicts, " + where)
                    .isLessThanOrEqualTo(threshold);
            assertThat(known.machine())
                    .as("agreed though the machine's memory is unknown, " + where)
                    .isNotInstanceOf(MachineMemory.Unreadable.class);
            if (known.machine() instanceof MachineMemory.Known machine)
                assertThat(machine.unavailable().plus(Bytes.ofMebibytes(100)))
                        .as("agreed to less than is pinned, " + where)
                        .isLessThanOrEqualTo(rules.memory().usable(target).times(0.9501));
            assertThat(state.backoff().fruitless())
                    .as("an agreed downscale keeps the back-off, " + where)
                    .isLessThanOrEqualTo(1);
        }

        private Bytes thresholdOf(Bytes total) {
            return rules.memory().threshold(rules.memory().usable(total));
        }

        private void checkMin(Bytes min, String where) {
            assertThat(DownscaleCheck.refusal(min, usage, rules.memory(), now))
                    .as("the least would be refused, too, " + where)
                    .isEmpty();
            Bytes less = min.minus(Bytes.ofMebibytes(2));
            assertThat(DownscaleCheck.refusal(less, usage, rules.memory(), now))
                    .as("less would be agreed to, " + where)
                    .isPresent();
        }

        private void check(String where) {
            assertThat(state.threshold())
                    .as(where)
                    .isEqualTo(rules.memory().threshold(usable(state)));
            if (managed()) assertThat(state.cache().fitted()).as(where).isEqualTo(wishedCache);
            if (state.session().isEmpty() || !state.session().equals(before.session()))
                assertThat(state.memory().announced())
                        .as("an announcement outlives its session, " + where)
                        .isEmpty();
            if (!(state.pending().orElse(null) instanceof PendingAnswer.Downscale))
                assertThat(forSettings(state).isLessThan(state.cache().fitted()))
                        .as("settings for memory that is not to be had, " + where)
                        .isFalse();
            boolean isShort = state.shortage().isPresent();
            assertThat(
                            watched.used().isLessThan(state.threshold())
                                    || watched.unavailable()
                                            .isLessThan(
                                                    rules.memory()
                                                            .limits(usable(state))
                                                            .unavailable()))
                    .as("the watcher does not know whether memory is short, " + where)
                    .isEqualTo(
                            isShort
                                    && rules.horizon().isPresent()
                                    && usable(state).value() >= 1 << 20);
            state.pending()
                    .ifPresentOrElse(
                            pending ->
                                    assertThat(open)
                                            .as("forgot whom to answer, " + where)
                                            .contains(pending.id()),
                            () -> assertThat(open).as("unanswered, " + where).isEmpty());
            state.wakeAt()
                    .ifPresent(
                            wake ->
                                    assertThat(wake.isAfter(now))
                                            .as("would spin, " + where)
                                            .isTrue());
        }

        private Bytes usable(State any) {
            return any.memory().usable(rules.memory());
        }

        private Bytes forSettings(State any) {
            return any.memory().forSettings(rules.memory());
        }

        private Bytes anyMemory() {
            return switch (random.nextInt(50)) {
                case 0 -> Bytes.of(random.nextInt(3));
                case 1 -> Bytes.MAX;
                case 2, 3, 4, 5 -> Bytes.ofMebibytes(random.nextInt(200));
                default -> Bytes.ofMebibytes(random.nextInt(8192));
            };
        }

        private Usage anyUsage() {
            return switch (random.nextInt(12)) {
                case 0 -> new Usage.Unreadable("cannot read memory.stat: no such file");
                case 1 -> new Usage.Unsampled();
                case 2 -> new Usage.NotMonitored();
                case 3 -> known(random.nextInt(1, 3), random.nextInt(20_000));
                default -> known(5, random.nextInt(200));
            };
        }

        private Usage known(int samples, int ageMillis) {
            int scale = random.nextBoolean() ? 400 : 4096;
            Bytes average = anyUsed(scale);
            var forecast =
                    rules.horizon().isEmpty()
                            ? UsageForecast.none(average)
                            : new UsageForecast(anyUsed(2 * scale), anyUsed(500), anyUsed(200));
            return new Usage.Known(
                    average,
                    anyUsed(scale),
                    samples,
                    now.plus(Duration.ofMillis(-ageMillis)),
                    forecast,
                    anyMachine(scale));
        }

        private Bytes anyUsed(int mebibytes) {
            return random.nextInt(1000) == 0
                    ? Bytes.MAX
                    : Bytes.ofMebibytes(random.nextInt(mebibytes));
        }

        private MachineMemory anyMachine(int scale) {
            return switch (random.nextInt(6)) {
                case 0 -> new MachineMemory.Unreadable("cannot read meminfo: no such file");
                case 1, 2 -> new MachineMemory.Unreported();
                default -> {
                    Bytes total = anyMemory();
                    yield new MachineMemory.Known(total, anyUsed(scale).min(total));
                }
            };
        }

        private Event anyEvent() {
            // Often the awaited outcome, so that most of a sequence is not waiting.
            if (state.pending().isPresent() && random.nextInt(3) > 0)
                return new CacheSettled(outcome(state.pending().get().usable()));
            return switch (random.nextInt(10)) {
                case 0 -> {
                    open.clear();
                    understandsShortage = random.nextBoolean();
                    yield new SessionStarted(++session, understandsShortage);
                }
                case 1 -> {
                    if (random.nextInt(4) > 0) yield new SessionEnded(session - 1);
                    open.clear();
                    yield new SessionEnded(session);
                }
                case 2 ->
                        new UpscaleNotified(anySession(), openId(), new Resources(1, anyMemory()));
                case 3, 4 ->
                        new DownscaleRequested(
                                anySession(), openId(), new Resources(1, anyMemory()));
                case 5 -> new HealthCheckReceived(anySession(), openId());
                case 6 -> new MemoryObserved(anyMemory());
                case 7 -> managed() ? new CacheSettled(outcome(anyMemory())) : new TimerFired();
                case 8 -> managed() ? new DatabaseChanged(anyDatabase()) : new TimerFired();
                default ->
                        switch (random.nextInt(10)) {
                            case 0 -> new PressureReported(Shortage.OOM_KILL);
                            case 1 -> new PressureReported(Shortage.PRESSURE);
                            case 2 -> new TimerFired();
                            case 3, 4, 5, 6 -> new CpusRead(anyCpus());
                            default -> new UsageChanged();
                        };
            };
        }

        /// Mostly a CPU shortage; otherwise no shortage lasts.
        private CpuReading anyCpus() {
            boolean isShort = random.nextInt(5) > 0;
            return new CpuReading(
                    1 + random.nextInt(2), isShort ? 1 : 0.5, isShort ? 0.9 : 0, random.nextInt(8));
        }

        private boolean managed() {
            return !(state.cache().database() instanceof DatabaseState.Unmanaged);
        }

        private long chosenSession;

        private long anySession() {
            chosenSession = random.nextInt(8) == 0 ? session - 1 : session;
            return chosenSession;
        }

        /// Only messages of the live session need an answer.
        private long openId() {
            long id = nextId;
            nextId += 2;
            if (state.session().isPresent() && state.session().getAsLong() == chosenSession)
                open.add(id);
            return id;
        }

        private CacheOutcome outcome(Bytes usable) {
            DatabaseState database = anyDatabase();
            return database instanceof DatabaseState.Up
                    ? new CacheOutcome.Applied(usable, "set file cache size to 1MiB")
                    : new CacheOutcome.Failed(usable, database);
        }

        private DatabaseState anyDatabase() {
            return switch (random.nextInt(6)) {
                case 0 -> new DatabaseState.Down("connection refused");
                case 1 -> new DatabaseState.Hung("no answer within 2 s", random.nextBoolean());
                case 2 -> new DatabaseState.Refusing("permission denied", random.nextBoolean());
                default -> new DatabaseState.Up();
            };
        }
    }
}
