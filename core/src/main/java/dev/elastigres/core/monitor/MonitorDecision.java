package dev.elastigres.core.monitor;

import dev.elastigres.core.monitor.Action.AcceptDownscale;
import dev.elastigres.core.monitor.Action.AnswerHealthCheck;
import dev.elastigres.core.monitor.Action.ConfirmUpscale;
import dev.elastigres.core.monitor.Action.FitCache;
import dev.elastigres.core.monitor.Action.RefuseDownscale;
import dev.elastigres.core.monitor.Action.RequestCpus;
import dev.elastigres.core.monitor.Action.RequestUpscale;
import dev.elastigres.core.monitor.Action.SetForecastHorizon;
import dev.elastigres.core.monitor.Action.WatchMemory;
import dev.elastigres.core.monitor.CacheOutcome.Applied;
import dev.elastigres.core.monitor.CacheOutcome.Failed;
import dev.elastigres.core.monitor.DatabaseState.Down;
import dev.elastigres.core.monitor.DatabaseState.Hung;
import dev.elastigres.core.monitor.DatabaseState.Refusing;
import dev.elastigres.core.monitor.DatabaseState.Unknown;
import dev.elastigres.core.monitor.DatabaseState.Unmanaged;
import dev.elastigres.core.monitor.DatabaseState.Up;
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
import dev.elastigres.core.monitor.PendingAnswer.Downscale;
import dev.elastigres.core.monitor.PendingAnswer.Upscale;
import dev.elastigres.core.monitor.Refusal.CacheStuck;
import dev.elastigres.core.monitor.Refusal.Superseded;
import dev.elastigres.core.monitor.Usage.Known;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// Decides everything about one watched Postgres, as a function of the runner's state, an event,
/// the usage of Postgres and the current time.
public final class MonitorDecision {
    /// Interval between checks while usage grows and no request is sent because pending or granted
    /// memory may be enough.
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    /// Delay before the cache grows after memory last arrived. Memory arrives in parts, and each
    /// change of a setting makes every session of Postgres reload its configuration.
    private static final Duration SETTLE = Duration.ofSeconds(1);

    /// Pages of 4 KiB per page that holds their descriptors: one has 64 bytes.
    private static final int PAGES_PER_DESCRIPTOR = 64;

    /// Fraction of the threshold from which reported pressure counts.
    private static final double NEAR = 0.8;

    private final MonitorRules rules;
    private final Usage usage;
    private final Moment now;
    private final List<Action> actions = new ArrayList<>();

    // Parts of the state that an event can change; [#step] builds the new state from them.
    private OptionalLong session;
    private MemoryState memory;
    private Bytes threshold;
    private Optional<Shortage> shortage;
    private Bytes fitted;
    private Optional<Moment> refit;
    private DatabaseState database;
    private UpscaleBackoff backoff;
    private Optional<PendingMemory> pendingMemory;
    private GrantDelays delays;
    private CpuDemand cpus;
    private Optional<PendingAnswer> pending;

    /// Shortage that the kernel reported in this event.
    private Optional<Shortage> felt = Optional.empty();

    private boolean cpusRead;

    /// What the watcher watches for at present.
    private final WatchMemory watched;

    private MonitorDecision(State state, Usage usage, MonitorRules rules, Moment now) {
        this.rules = rules;
        this.usage = usage;
        this.now = now;
        session = state.session();
        memory = state.memory();
        threshold = state.threshold();
        shortage = state.shortage();
        fitted = state.fitted();
        refit = state.refit();
        database = state.database();
        backoff = state.backoff();
        pendingMemory = state.pendingMemory();
        delays = state.delays();
        cpus = state.cpus();
        pending = state.pending();
        watched = new WatchMemory(threshold, limits());
    }

    /// Returns the runner's first step. Although nothing differs from the wanted state yet, fitting
    /// the cache at once reveals what cannot be done, such as a missing privilege.
    public static Step begin(State state, Usage usage, MonitorRules rules, Moment now) {
        MonitorDecision decision = new MonitorDecision(state, usage, rules, now);
        decision.actions.add(decision.watched);
        decision.lookAhead();
        decision.fitCache(decision.fitted);
        return decision.step();
    }

    /// Returns the state and actions that follow from `event`, with the present `usage`.
    public static Step after(
            State state, Event event, Usage usage, MonitorRules rules, Moment now) {
        MonitorDecision decision = new MonitorDecision(state, usage, rules, now);
        decision.take(event);
        return decision.step();
    }

    private void take(Event event) {
        switch (event) {
            case SessionStarted(long newer, boolean hearsWhy) -> {
                forget();
                session = OptionalLong.of(newer);
                cpus = cpus.listener(hearsWhy);
                backoff = backoff.unheard();
            }
            case SessionEnded(long ended) -> {
                if (isLive(ended)) {
                    forget();
                    session = OptionalLong.empty();
                }
            }
            case UpscaleNotified notified -> {
                if (isLive(notified.session())) grow(notified);
            }
            case DownscaleRequested asked -> {
                if (isLive(asked.session())) shrink(asked);
            }
            case HealthCheckReceived(long from, long id) -> {
                if (isLive(from)) actions.add(new AnswerHealthCheck(from, id));
            }
            case MemoryObserved(Bytes total) -> {
                boolean grows = memory.observed().isLessThan(total);
                memory = memory.observe(total);
                followMemory();
                if (grows) arrive();
            }
            case PressureReported(Shortage reason) -> {
                if (reason != Shortage.PRESSURE || isTight()) felt = Optional.of(reason);
            }
            case CpusRead(CpuReading reading) -> {
                cpusRead = true;
                cpus = rules.cpu().map(it -> cpus.read(reading, it, now)).orElse(cpus);
            }
            case CacheSettled(CacheOutcome outcome) -> settle(outcome);
            case DatabaseChanged(DatabaseState changed) -> database = changed;
            case UsageChanged _, TimerFired _ -> {}
        }
    }

    private boolean isLive(long candidate) {
        return session.isPresent() && session.getAsLong() == candidate;
    }

    private Bytes usable() {
        return memory.usable(rules.memory());
    }

    private Bytes forSettings() {
        return memory.forSettings(rules.memory());
    }

    // ---- growing

    private void grow(UpscaleNotified notified) {
        supersede();
        // With forecasts, the monitor waits for pending memory while that is enough, so the grant
        // does not delay the next request.
        backoff = rules.horizon().isPresent() ? backoff.answered(now) : backoff.granted(now);
        cpus = cpus.answered(now);
        announce(notified.granted().memory());
        expect();
        followThreshold();
        // Fit the cache even if it fits already: the answer waits for the outcome of a request.
        fitCache(forSettings());
        awaitCache(
                new Upscale(
                        notified.session(),
                        notified.id(),
                        notified.granted(),
                        fitted,
                        now.plus(rules.answerWithin())));
    }

    /// Applies an announcement. One below the observed memory is checked like a downscale.
    private void announce(Bytes granted) {
        boolean disputed =
                granted.isLessThan(memory.observed())
                        && DownscaleCheck.refusal(granted, usage, rules.memory(), now).isPresent();
        memory = disputed ? memory.dispute(granted) : memory.announce(granted);
    }

    private void confirm(Upscale growing, String cache) {
        pending = Optional.empty();
        String less =
                memory.disputed() && !(database instanceof Unmanaged)
                        ? "; settings stay fitted to "
                                + fitted
                                + ", as a downscale to that would be refused"
                        : "";
        String summary = "threshold is " + threshold + ", of " + usable() + " usable" + less;
        Bytes expected = rules.memory().usable(growing.granted().memory());
        String waiting =
                usable().isLessThan(expected) ? "; " + expected + " once that memory is there" : "";
        actions.add(
                new ConfirmUpscale(
                        growing.session(),
                        growing.id(),
                        growing.granted(),
                        memory.applied(rules.memory()),
                        sentence(cache, summary + waiting)));
    }

    /// Starts waiting for announced memory, unless it is present already or less than before.
    private void expect() {
        if (rules.horizon().isEmpty()) return;
        if (isAllThere()) arrived();
        else
            pendingMemory =
                    pendingMemory
                            .map(it -> it.isAnnounced(now))
                            .or(() -> Optional.of(PendingMemory.announced(now)));
    }

    private void arrive() {
        pendingMemory = pendingMemory.map(it -> it.arrives(now));
        if (pendingMemory.filter(PendingMemory::announced).isPresent() && isAllThere()) arrived();
    }

    /// Returns whether the announced memory is present, less the page descriptors that the kernel
    /// keeps beyond its reserve.
    private boolean isAllThere() {
        Bytes announced = announcedUsable();
        Bytes descriptors = Bytes.of(announced.value() / PAGES_PER_DESCRIPTOR);
        return !memory.observed().isLessThan(announced.minus(descriptors));
    }

    /// Ends the wait for pending memory, and records its grant delay for the forecast horizon.
    private void arrived() {
        Optional<Duration> took =
                pendingMemory
                        .flatMap(PendingMemory::took)
                        .filter(it -> it.compareTo(teaches()) <= 0);
        pendingMemory = Optional.empty();
        if (took.isEmpty()) return;
        backoff = backoff.served(now);
        delays = delays.with(took.get());
        lookAhead();
    }

    private void lookAhead() {
        rules.horizon().ifPresent(it -> actions.add(new SetForecastHorizon(it.horizon(delays))));
    }

    private Bytes announcedUsable() {
        return memory.announced().map(rules.memory()::usable).orElse(memory.observed());
    }

    // ---- shrinking

    private void shrink(DownscaleRequested asked) {
        supersede();
        Bytes target = asked.target().memory();
        Optional<Refusal> refusal = DownscaleCheck.refusal(target, usage, rules.memory(), now);
        if (refusal.isPresent()) {
            refuse(asked.session(), asked.id(), asked.target(), refusal.get());
            return;
        }
        // The cache releases its memory before the downscale is accepted.
        fitCache(memory.announce(target).forSettings(rules.memory()));
        awaitCache(
                new Downscale(
                        asked.session(),
                        asked.id(),
                        asked.target(),
                        fitted,
                        now.plus(rules.answerWithin())));
    }

    private void finish(Downscale shrinking, String cache) {
        pending = Optional.empty();
        // Usage may have changed while Postgres fitted its cache.
        Bytes target = shrinking.target().memory();
        Optional<Refusal> refusal = DownscaleCheck.refusal(target, usage, rules.memory(), now);
        if (refusal.isPresent()) {
            takeBack(shrinking, refusal.get());
            return;
        }
        Bytes before = threshold;
        memory = memory.announce(target);
        pendingMemory = Optional.empty();
        backoff = backoff.shrunk();
        cpus = cpus.answered(now);
        followMemory();
        String summary =
                usage instanceof Usage.Unwatched
                        ? "no memory is watched"
                        : "set memory threshold from "
                                + before
                                + " to "
                                + threshold
                                + ", of "
                                + usable()
                                + " usable";
        actions.add(
                new AcceptDownscale(
                        shrinking.session(),
                        shrinking.id(),
                        shrinking.target(),
                        used(),
                        sentence(cache, summary)));
    }

    /// Returns the figure that downscales are checked against.
    private Optional<Bytes> used() {
        return usage instanceof Known known ? Optional.of(known.cautious()) : Optional.empty();
    }

    private void takeBack(Downscale shrinking, Refusal refusal) {
        pending = Optional.empty();
        fitCache(forSettings());
        refuse(shrinking.session(), shrinking.id(), shrinking.target(), refusal);
    }

    private void refuse(long to, long id, Resources target, Refusal refusal) {
        actions.add(new RefuseDownscale(to, id, target, refusal));
    }

    // ---- the cache, and the answers that wait for it

    /// Answers at once if there is nothing to wait for, otherwise after the cache was fitted.
    private void awaitCache(PendingAnswer waiting) {
        pending = Optional.of(waiting);
        switch (database) {
            case Unmanaged() -> answer(waiting, "no cache is managed");
            case Up _, Unknown _ -> {}
            case Down _, Hung _, Refusing _ -> answerWithoutCache(waiting, database);
        }
    }

    private void settle(CacheOutcome outcome) {
        switch (outcome) {
            case Applied _ -> {
                if (!(database instanceof Up)) database = new Up();
            }
            case Failed(Bytes _, DatabaseState problem) -> database = problem;
        }
        if (pending.isEmpty() || !pending.get().usable().equals(outcome.usable())) return;
        switch (outcome) {
            case Applied(Bytes _, String summary) -> answer(pending.get(), summary);
            case Failed(Bytes _, DatabaseState problem) ->
                    answerWithoutCache(pending.get(), problem);
        }
    }

    private void answer(PendingAnswer waiting, String cache) {
        switch (waiting) {
            case Upscale growing -> confirm(growing, cache);
            case Downscale shrinking -> finish(shrinking, cache);
        }
    }

    /// Answers without a fitted cache. A Postgres that is not running holds no memory in its cache,
    /// so the VM may shrink. One that runs and does not apply the setting keeps its memory, unless
    /// the settings hold none.
    private void answerWithoutCache(PendingAnswer waiting, DatabaseState problem) {
        String later = "cache is set when Postgres can: " + problem.problem();
        switch (waiting) {
            case Upscale growing -> confirm(growing, later);
            case Downscale shrinking when !problem.holdsMemory() -> finish(shrinking, later);
            case Downscale shrinking -> takeBack(shrinking, new CacheStuck(problem.problem()));
        }
    }

    private void fitCache(Bytes usable) {
        fitted = usable;
        refit = Optional.empty();
        // A newer cache request replaces the one that a pending upscale answer waits for.
        if (pending.isPresent() && pending.get() instanceof Upscale growing)
            pending = Optional.of(growing.withUsable(usable));
        if (!(database instanceof Unmanaged)) actions.add(new FitCache(usable));
    }

    /// Fits threshold and cache to usable memory. The cache shrinks at once, and grows once all
    /// announced memory is present.
    private void followMemory() {
        followThreshold();
        if (pending.isPresent() && pending.get() instanceof Downscale) return;
        Bytes wanted = forSettings();
        if (wanted.isLessThan(fitted)) fitCache(wanted);
        else if (!isGrown(wanted)) refit = Optional.empty();
        else if (memory.announced().isPresent() && wanted.equals(announcedUsable()))
            fitCache(wanted);
        else refit = Optional.of(now.plus(SETTLE));
    }

    /// Returns whether `wanted` counts as growth. Without an announcement, the kernel's total may
    /// differ by up to its reserve from the coming announcement.
    private boolean isGrown(Bytes wanted) {
        Bytes growth = wanted.minus(fitted);
        return memory.announced().isPresent()
                ? !growth.equals(Bytes.ZERO)
                : rules.memory().reserve().isLessThan(growth);
    }

    private void refitWhenDue() {
        if (refit.isEmpty() || now.isBefore(refit.get())) return;
        boolean shrinking = pending.isPresent() && pending.get() instanceof Downscale;
        refit = Optional.empty();
        if (!shrinking) fitCache(forSettings());
    }

    private void followThreshold() {
        threshold = rules.memory().threshold(usable());
    }

    /// Answers a pending request, because the agent sent a newer message.
    private void supersede() {
        if (pending.isEmpty()) return;
        switch (pending.get()) {
            case Upscale growing -> confirm(growing, "cache is being set");
            case Downscale shrinking -> takeBack(shrinking, new Superseded());
        }
    }

    /// Drops the pending answer and the announcement: the session that waited for the one and would
    /// carry out the other is over.
    private void forget() {
        boolean shrinking = pending.isPresent() && pending.get() instanceof Downscale;
        pending = Optional.empty();
        memory = memory.forgetAnnounced();
        pendingMemory = Optional.empty();
        if (shrinking) fitCache(forSettings());
        followMemory();
    }

    // ---- time

    private Step step() {
        if (pending.isPresent() && !now.isBefore(pending.get().deadline()))
            answerWithoutCache(
                    pending.get(),
                    new Hung(
                            "Postgres did not answer within "
                                    + rules.answerWithin().toMillis()
                                    + "ms",
                            database.holdsMemory()));

        giveUpWaiting();
        refitWhenDue();
        Optional<Moment> asksAgain = askForMore();
        askForCpus();
        Optional<Moment> wakeAt =
                Stream.of(asksAgain, pending.map(PendingAnswer::deadline), waitEnds(), refit)
                        .flatMap(Optional::stream)
                        .reduce((one, other) -> one.isBefore(other) ? one : other);
        var watching = new WatchMemory(threshold, limits());
        if (!watching.equals(watched)) actions.addFirst(watching);
        State state =
                new State(
                        session,
                        memory,
                        threshold,
                        shortage,
                        fitted,
                        refit,
                        database,
                        backoff,
                        pendingMemory,
                        delays,
                        cpus,
                        pending,
                        wakeAt);
        return new Step(state, actions);
    }

    // ---- requests

    /// Requests memory if it is short, no sufficient memory is pending, and the backoff has passed.
    /// Returns when to check again; empty if only an event can change the result.
    private Optional<Moment> askForMore() {
        if (!(usage instanceof Known known)) {
            shortage = Optional.empty();
            return Optional.empty();
        }
        shortage = shortage(known);
        Optional<Shortage> reason = felt.or(() -> shortage);
        if (reason.isEmpty()) {
            backoff = backoff.isBelow(now);
            return Optional.empty();
        }
        backoff = backoff.isAbove(rules.backoff(), now);
        if (session.isEmpty()) return Optional.empty();
        if (willDo(known))
            return pendingMemory.filter(PendingMemory::announced).map(_ -> now.plus(LOOK_AGAIN));
        if (reason.get() == Shortage.GROWTH && isServed() && fits(known, usable()))
            return Optional.of(now.plus(LOOK_AGAIN));
        Optional<Moment> shows = grantShowsAt(reason.get());
        if (shows.isPresent()) return shows;
        if (backoff.mayAsk(rules.backoff(), now)) {
            backoff = backoff.afterRequest(now);
            pendingMemory =
                    rules.horizon()
                            .map(
                                    _ ->
                                            pendingMemory
                                                    .map(it -> it.isAskedAgain(now, teaches()))
                                                    .orElseGet(
                                                            () -> PendingMemory.withRequest(now)));
            actions.add(new RequestUpscale(session.getAsLong(), plea(known, reason.get())));
        }
        return backoff.nextAt(rules.backoff());
    }

    /// Returns until when a forecast need waits for an earlier grant to show; empty if it need not
    /// wait. An agent that does not understand stated amounts grants one fixed unit, never less.
    /// Whether that is enough shows only after it has been present for a while. Until then, a
    /// forecast alone does not justify a request; actual usage does.
    private Optional<Moment> grantShowsAt(Shortage reason) {
        if (reason != Shortage.GROWTH || cpus.heard()) return Optional.empty();
        return Stream.of(backoff.answered(), backoff.served())
                .flatMap(Optional::stream)
                .map(it -> it.plus(rules.backoff().interval()))
                .filter(now::isBefore)
                .reduce((one, other) -> one.isAfter(other) ? one : other);
    }

    /// Returns whether this rise already had a grant. More is requested only if the rise would take
    /// all usable memory: the distance above the threshold covers the time until a grant arrives,
    /// and most rises end before.
    private boolean isServed() {
        return backoff.served()
                .filter(it -> now.since(it).compareTo(horizon().multipliedBy(2)) <= 0)
                .isPresent();
    }

    private static boolean fits(Known known, Bytes usable) {
        return known.forecast().forecast().isLessThan(usable);
    }

    /// Requests CPUs, only right after a reading, as the next one follows soon. A request for
    /// memory has priority and is not delayed by one for CPUs.
    private void askForCpus() {
        if (!cpusRead || session.isEmpty() || rules.cpu().isEmpty()) return;
        boolean memoryFirst =
                backoff.last()
                        .filter(it -> now.isBefore(it.plus(rules.backoff().interval())))
                        .isPresent();
        Optional<CpuReading> due = cpus.due(rules.cpu().get(), now);
        if (memoryFirst || due.isEmpty()) return;
        double wanted = cpus.wanted(due.get());
        cpus = cpus.afterRequest(now);
        actions.add(new RequestCpus(session.getAsLong(), total(), wanted, due.get()));
    }

    /// Returns the VM's memory as the hypervisor counts it.
    private Bytes total() {
        return memory.announced().orElseGet(() -> memory.observed().plus(rules.memory().reserve()));
    }

    /// Returns whether memory is nearly short, so that reported pressure counts. Tasks also stall
    /// on memory that only has to be read again, while plenty is free.
    private boolean isTight() {
        if (!(usage instanceof Known known)) return false;
        Bytes usable = usable();
        Bytes floor = usable.minus(rules.memory().limits(usable).unavailable());
        var near = new MemoryLimits(threshold.times(NEAR), usable.minus(floor).minus(floor));
        MemoryDemand demand = forecast(known);
        return near.isUsedReached(demand) || near.isUnavailableReached(demand);
    }

    private static MemoryDemand forecast(Known known) {
        return MemoryDemand.of(known.forecast().forecast(), known.machine());
    }

    private Optional<Shortage> shortage(Known known) {
        MemoryLimits limits = limits();
        MemoryDemand demand = forecast(known);
        if (limits.isUsedReached(demand)) {
            if (!known.cautiousNow().isLessThan(limits.used())) return Optional.of(Shortage.USAGE);
            Bytes withoutKernel = demand.used().minus(known.forecast().kernel());
            return Optional.of(
                    withoutKernel.isLessThan(limits.used()) ? Shortage.KERNEL : Shortage.GROWTH);
        }
        return limits.isUnavailableReached(demand)
                ? Optional.of(Shortage.AVAILABLE)
                : Optional.empty();
    }

    /// Returns the limits at which a shortage starts or, during one, below which it ends.
    private MemoryLimits limits() {
        MemoryLimits limits = rules.memory().limits(usable());
        if (shortage.isEmpty() || rules.horizon().isEmpty()) return limits;
        return switch (shortage.get()) {
            case USAGE, GROWTH, KERNEL -> limits.withUsedClearlyBelow();
            case AVAILABLE -> limits.withUnavailableClearlyBelow();
            case PRESSURE, OOM_KILL, CPU -> limits;
        };
    }

    /// Returns whether pending memory is enough. Before the agent announces an amount, it counts as
    /// enough.
    private boolean willDo(Known known) {
        return pendingMemory
                .filter(PendingMemory::awaited)
                .filter(it -> !it.announced() || fits(known, announcedUsable()))
                .isPresent();
    }

    private UpscaleReason plea(Known known, Shortage reason) {
        Bytes total = total();
        Bytes used = rules.horizon().isPresent() ? known.last() : known.average();
        Bytes needed =
                switch (reason) {
                    case USAGE, GROWTH, KERNEL -> enough(known, total);
                    case AVAILABLE, PRESSURE, OOM_KILL ->
                            total.plus(total.times(rules.memory().overhead()))
                                    .max(enough(known, total));
                    case CPU -> total;
                };
        var need =
                new ResourceNeed(
                        needed.max(total), OptionalDouble.empty(), timeLeft(known), reason);
        Bytes available =
                known.machine() instanceof MachineMemory.Known machine
                        ? machine.available()
                        : Bytes.ZERO;
        return new UpscaleReason(
                need, total, used, threshold, known.forecast(), available, horizon());
    }

    /// Returns the total at which no limit is reached now; with forecasts, also at the forecast
    /// usage, up to twice the present total.
    private Bytes enough(Known known, Bytes total) {
        Bytes now = totalFor(known, known.cautiousNow());
        if (rules.horizon().isEmpty()) return now;
        Bytes then = totalFor(known, foreseenOnce(known.forecast()));
        return now.max(then.min(total.plus(total)));
    }

    private Bytes totalFor(Known known, Bytes used) {
        return rules.memory().totalFor(MemoryDemand.of(used, known.machine()).plus(new Bytes(1)));
    }

    /// Returns the usage one horizon beyond the forecast. When the requested memory arrives, the
    /// next request must not be late already, and the shortage must have ended.
    private Bytes foreseenOnce(UsageForecast forecast) {
        Bytes further = forecast.rate().times(horizon().toMillis() / 1000.0);
        Bytes clearly = threshold.minus(MemoryLimits.clearlyBelow(threshold));
        return forecast.forecast().plus(further.max(clearly));
    }

    private Optional<Duration> timeLeft(Known known) {
        Bytes left = usable().minus(known.last().plus(known.forecast().kernel()));
        if (left.equals(Bytes.ZERO)) return Optional.of(Duration.ZERO);
        long rate = known.forecast().rate().value();
        if (rate == 0) return Optional.empty();
        return Optional.of(Duration.ofMillis((long) (1000.0 * left.value() / rate)));
    }

    // ---- pending memory

    private Duration horizon() {
        return rules.horizon().map(it -> it.horizon(delays)).orElse(Duration.ZERO);
    }

    private Optional<Moment> waitEnds() {
        return pendingMemory.filter(PendingMemory::awaited).map(this::deadline);
    }

    private Moment deadline(PendingMemory memory) {
        return memory.deadline(horizon(), rules.backoff().interval());
    }

    /// Ends the wait for memory that does not arrive. The request is remembered for a while,
    /// because memory that arrives late still shows the grant delay.
    private void giveUpWaiting() {
        if (pendingMemory.isEmpty()) return;
        PendingMemory memory = pendingMemory.get();
        if (!memory.awaited()) {
            boolean recent =
                    memory.requestedAt()
                            .filter(it -> now.since(it).compareTo(teaches()) <= 0)
                            .isPresent();
            if (!recent) pendingMemory = Optional.empty();
        } else if (!now.isBefore(deadline(memory))) {
            if (memory.announced() || memory.took().isPresent()) arrived();
            else pendingMemory = Optional.of(memory.isGivenUp());
        }
    }

    /// Returns the maximum grant delay that counts. Memory that takes longer has another cause than
    /// the request.
    private Duration teaches() {
        return rules.horizon().map(it -> it.max().multipliedBy(2)).orElse(Duration.ZERO);
    }

    private static String sentence(String... clauses) {
        return String.join("; ", clauses);
    }
}
