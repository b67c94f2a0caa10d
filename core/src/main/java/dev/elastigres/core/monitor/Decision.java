package dev.elastigres.core.monitor;

import dev.elastigres.core.monitor.Action.Agree;
import dev.elastigres.core.monitor.Action.AnswerHealthCheck;
import dev.elastigres.core.monitor.Action.AskForMore;
import dev.elastigres.core.monitor.Action.Confirm;
import dev.elastigres.core.monitor.Action.FitCache;
import dev.elastigres.core.monitor.Action.Refuse;
import dev.elastigres.core.monitor.Action.SetThreshold;
import dev.elastigres.core.monitor.CacheOutcome.Applied;
import dev.elastigres.core.monitor.CacheOutcome.Failed;
import dev.elastigres.core.monitor.Database.Down;
import dev.elastigres.core.monitor.Database.Hung;
import dev.elastigres.core.monitor.Database.Refusing;
import dev.elastigres.core.monitor.Database.Unknown;
import dev.elastigres.core.monitor.Database.Unmanaged;
import dev.elastigres.core.monitor.Database.Up;
import dev.elastigres.core.monitor.Event.CacheSettled;
import dev.elastigres.core.monitor.Event.DatabaseChanged;
import dev.elastigres.core.monitor.Event.DownscaleAsked;
import dev.elastigres.core.monitor.Event.HealthChecked;
import dev.elastigres.core.monitor.Event.MemoryObserved;
import dev.elastigres.core.monitor.Event.SessionBegan;
import dev.elastigres.core.monitor.Event.SessionEnded;
import dev.elastigres.core.monitor.Event.UpscaleNotified;
import dev.elastigres.core.monitor.Event.UsageMoved;
import dev.elastigres.core.monitor.Event.Woke;
import dev.elastigres.core.monitor.Pending.Growing;
import dev.elastigres.core.monitor.Pending.Shrinking;
import dev.elastigres.core.monitor.Refusal.CacheStuck;
import dev.elastigres.core.monitor.Refusal.Superseded;
import dev.elastigres.core.monitor.Usage.Known;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// Every decision of the runner: a function of what it remembers, what happened, what Postgres uses
/// and what time it is.
public final class Decision {
    private final Rules rules;
    private final Usage usage;
    private final Moment now;
    private final List<Action> actions = new ArrayList<>();

    // The parts of the state that an event can change, until the step is made of them.
    private OptionalLong session;
    private Memory memory;
    private Bytes threshold;
    private Bytes fitted;
    private Database database;
    private Asking asking;
    private Optional<Pending> pending;

    private Decision(State state, Usage usage, Rules rules, Moment now) {
        this.rules = rules;
        this.usage = usage;
        this.now = now;
        session = state.session();
        memory = state.memory();
        threshold = state.threshold();
        fitted = state.fitted();
        database = state.database();
        asking = state.asking();
        pending = state.pending();
    }

    /// What the runner does first: nothing is there yet that could differ from what is wanted, but
    /// saying it shows at once what cannot be done, such as a missing privilege.
    public static Step begin(State state, Usage usage, Rules rules, Moment now) {
        Decision decision = new Decision(state, usage, rules, now);
        decision.actions.add(new SetThreshold(decision.threshold));
        decision.fitCache(decision.fitted);
        return decision.step();
    }

    /// What follows from `event`, with `usage` as it is now.
    public static Step after(State state, Event event, Usage usage, Rules rules, Moment now) {
        Decision decision = new Decision(state, usage, rules, now);
        decision.take(event);
        return decision.step();
    }

    private void take(Event event) {
        switch (event) {
            case SessionBegan(long newer) -> {
                forget();
                session = OptionalLong.of(newer);
                asking = asking.unheard();
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
            case DownscaleAsked asked -> {
                if (isLive(asked.session())) shrink(asked);
            }
            case HealthChecked(long from, long id) -> {
                if (isLive(from)) actions.add(new AnswerHealthCheck(from, id));
            }
            case MemoryObserved(Bytes total) -> {
                memory = memory.observe(total);
                followMemory();
            }
            case CacheSettled(CacheOutcome outcome) -> settle(outcome);
            case DatabaseChanged(Database changed) -> database = changed;
            case UsageMoved _, Woke _ -> {}
        }
    }

    private boolean isLive(long candidate) {
        return session.isPresent() && session.getAsLong() == candidate;
    }

    private Bytes usable() {
        return memory.usable(rules.memory());
    }

    // ---- growing

    private void grow(UpscaleNotified notified) {
        supersede();
        asking = asking.granted(now);
        memory = memory.announce(notified.granted().memory());
        followThreshold();
        // Also where it fits already: the answer waits for the outcome of a wish.
        fitCache(usable());
        awaitCache(
                new Growing(
                        notified.session(),
                        notified.id(),
                        notified.granted(),
                        fitted,
                        now.plus(rules.answerWithin())));
    }

    private void confirm(Growing growing, String cache) {
        pending = Optional.empty();
        String summary = "threshold is " + threshold + ", of " + usable() + " usable";
        Bytes expected = rules.memory().usable(growing.granted().memory());
        String waiting =
                usable().isLessThan(expected) ? "; " + expected + " once that memory is there" : "";
        actions.add(
                new Confirm(
                        growing.session(),
                        growing.id(),
                        growing.granted(),
                        memory.applied(rules.memory()),
                        sentence(cache, summary + waiting)));
    }

    // ---- shrinking

    private void shrink(DownscaleAsked asked) {
        supersede();
        Bytes target = asked.target().memory();
        Optional<Refusal> refusal = Downscale.refusal(target, usage, rules.memory(), now);
        if (refusal.isPresent()) {
            refuse(asked.session(), asked.id(), asked.target(), refusal.get());
            return;
        }
        // The cache gives up its memory first; only then is the memory promised away.
        fitCache(memory.announce(target).usable(rules.memory()));
        awaitCache(
                new Shrinking(
                        asked.session(),
                        asked.id(),
                        asked.target(),
                        fitted,
                        now.plus(rules.answerWithin())));
    }

    private void finish(Shrinking shrinking, String cache) {
        pending = Optional.empty();
        // Usage went on while Postgres was busy with its cache.
        Bytes target = shrinking.target().memory();
        Optional<Refusal> refusal = Downscale.refusal(target, usage, rules.memory(), now);
        if (refusal.isPresent()) {
            takeBack(shrinking, refusal.get());
            return;
        }
        Bytes before = threshold;
        memory = memory.announce(target);
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
                new Agree(
                        shrinking.session(),
                        shrinking.id(),
                        shrinking.target(),
                        used(),
                        sentence(cache, summary)));
    }

    /// The figure that a downscale is judged by.
    private Optional<Bytes> used() {
        return usage instanceof Known known ? Optional.of(known.cautious()) : Optional.empty();
    }

    private void takeBack(Shrinking shrinking, Refusal refusal) {
        pending = Optional.empty();
        fitCache(usable());
        refuse(shrinking.session(), shrinking.id(), shrinking.target(), refusal);
    }

    private void refuse(long to, long id, Resources target, Refusal refusal) {
        actions.add(new Refuse(to, id, target, refusal));
    }

    // ---- the cache, and the answers that wait for it

    /// Answers at once where there is nothing to wait for, else when the cache has settled.
    private void awaitCache(Pending waiting) {
        pending = Optional.of(waiting);
        switch (database) {
            case Unmanaged() -> answer(waiting, "no cache is managed");
            case Up(), Unknown() -> {}
            case Down _, Hung _, Refusing _ -> answerWithoutCache(waiting, database);
        }
    }

    private void settle(CacheOutcome outcome) {
        switch (outcome) {
            case Applied _ -> database = new Up();
            case Failed(Bytes _, Database trouble) -> database = trouble;
        }
        if (pending.isEmpty() || !pending.get().usable().equals(outcome.usable())) return;
        switch (outcome) {
            case Applied(Bytes _, String summary) -> answer(pending.get(), summary);
            case Failed(Bytes _, Database trouble) -> answerWithoutCache(pending.get(), trouble);
        }
    }

    private void answer(Pending waiting, String cache) {
        switch (waiting) {
            case Growing growing -> confirm(growing, cache);
            case Shrinking shrinking -> finish(shrinking, cache);
        }
    }

    /// A Postgres that is not running holds no memory in its cache, so the VM may shrink without
    /// it. One that runs and does not obey holds what it has.
    private void answerWithoutCache(Pending waiting, Database trouble) {
        String later = "cache is set when Postgres can: " + trouble.trouble();
        switch (waiting) {
            case Growing growing -> confirm(growing, later);
            case Shrinking shrinking when trouble instanceof Down -> finish(shrinking, later);
            case Shrinking shrinking -> takeBack(shrinking, new CacheStuck(trouble.trouble()));
        }
    }

    private void fitCache(Bytes usable) {
        fitted = usable;
        // A newer wish replaces the one that an announced growth waits for.
        if (pending.isPresent() && pending.get() instanceof Growing growing)
            pending = Optional.of(growing.withUsable(usable));
        if (!(database instanceof Unmanaged)) actions.add(new FitCache(usable));
    }

    /// Threshold and cache follow what may be spent now.
    private void followMemory() {
        followThreshold();
        Bytes usable = usable();
        boolean shrinking = pending.isPresent() && pending.get() instanceof Shrinking;
        if (!shrinking && !usable.equals(fitted)) fitCache(usable);
    }

    private void followThreshold() {
        Bytes wanted = rules.memory().threshold(usable());
        if (wanted.equals(threshold)) return;
        threshold = wanted;
        actions.add(new SetThreshold(threshold));
    }

    /// The agent moved on: what it still waits for is answered now.
    private void supersede() {
        if (pending.isEmpty()) return;
        switch (pending.get()) {
            case Growing growing -> confirm(growing, "cache is being set");
            case Shrinking shrinking -> takeBack(shrinking, new Superseded());
        }
    }

    /// Nobody waits for the answer any more.
    private void forget() {
        if (pending.isEmpty()) return;
        boolean shrinking = pending.get() instanceof Shrinking;
        pending = Optional.empty();
        if (shrinking) fitCache(usable());
    }

    // ---- time

    private Step step() {
        if (pending.isPresent() && !now.isBefore(pending.get().deadline()))
            answerWithoutCache(
                    pending.get(),
                    new Hung(
                            "Postgres did not answer within "
                                    + rules.answerWithin().toMillis()
                                    + "ms"));

        Optional<Moment> nextRequest = askForMore();
        Optional<Moment> wakeAt =
                pending.map(Pending::deadline)
                        .filter(deadline -> nextRequest.map(deadline::isBefore).orElse(true))
                        .or(() -> nextRequest);
        State state =
                new State(session, memory, threshold, fitted, database, asking, pending, wakeAt);
        return new Step(state, actions);
    }

    /// Asks when usage calls for it and the last request is long enough ago. Returns when to look
    /// again; empty when only an event can change anything.
    private Optional<Moment> askForMore() {
        if (!(usage instanceof Known known)) return Optional.empty();
        if (known.average().isLessThan(threshold)) {
            asking = asking.isBelow(now);
            return Optional.empty();
        }
        asking = asking.isAbove(rules.asking(), now);
        if (session.isEmpty()) return Optional.empty();
        if (asking.mayAsk(rules.asking(), now)) {
            asking = asking.asked(now);
            actions.add(
                    new AskForMore(
                            session.getAsLong(),
                            need(known),
                            known.average(),
                            threshold,
                            usable()));
        }
        return asking.nextAt(rules.asking());
    }

    /// As much that usage would be below the threshold again.
    private Need need(Known known) {
        Bytes above = known.cautious().plus(new Bytes(1));
        return new Need(
                rules.memory().totalFor(above),
                OptionalDouble.empty(),
                Optional.empty(),
                Shortage.USAGE);
    }

    private static String sentence(String... clauses) {
        return String.join("; ", clauses);
    }
}
