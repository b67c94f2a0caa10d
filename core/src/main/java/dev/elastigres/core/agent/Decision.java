package dev.elastigres.core.agent;

import static dev.elastigres.core.agent.Held.By.DRIVER;
import static dev.elastigres.core.agent.Held.By.MONITOR;
import static java.util.stream.Collectors.joining;

import dev.elastigres.core.agent.Action.AskMonitor;
import dev.elastigres.core.agent.Action.AskScheduler;
import dev.elastigres.core.agent.Action.Look;
import dev.elastigres.core.agent.Action.Resize;
import dev.elastigres.core.agent.Action.TellMonitor;
import dev.elastigres.core.agent.Event.Agreed;
import dev.elastigres.core.agent.Event.Confirmed;
import dev.elastigres.core.agent.Event.LimitsChanged;
import dev.elastigres.core.agent.Event.MetricsRead;
import dev.elastigres.core.agent.Event.MonitorFailed;
import dev.elastigres.core.agent.Event.MonitorFound;
import dev.elastigres.core.agent.Event.MonitorLost;
import dev.elastigres.core.agent.Event.MoreWanted;
import dev.elastigres.core.agent.Event.OutOfMemory;
import dev.elastigres.core.agent.Event.Permitted;
import dev.elastigres.core.agent.Event.Refused;
import dev.elastigres.core.agent.Event.ResizeEnded;
import dev.elastigres.core.agent.Event.SchedulerFailed;
import dev.elastigres.core.agent.Event.SizeObserved;
import dev.elastigres.core.agent.Event.Woke;
import dev.elastigres.core.agent.Monitor.Absent;
import dev.elastigres.core.agent.Monitor.Present;
import dev.elastigres.core.agent.ResizeRetry.Direction;
import dev.elastigres.core.agent.Resizing.Idle;
import dev.elastigres.core.agent.Resizing.Running;
import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// Every decision on one VM: a function of what is remembered of it, what happened and what time it
/// is.
///
/// The order of consents is always the same. To grow: the scheduler permits, the driver resizes,
/// the monitor is told. To shrink: the monitor agrees, the driver resizes, the scheduler is told.
/// So the scheduler's figure is never below what the VM may have, and the VM never below what the
/// monitor may use, whatever gets lost.
public final class Decision {
    /// The wait for page cache doubles up to this many times the first one.
    private static final int MAX_PAGE_CACHE_WAITS = 24;

    private final Rules rules;
    private final Timing timing;
    private final Moment now;
    private final List<Action> actions = new ArrayList<>();
    private final List<Transition> transitions = new ArrayList<>();
    private final Resources wantedBefore;

    // The parts of the state that an event can change, until the step is made of them.
    private Limits limits;
    private Resources has;
    private Optional<Resources> heading;
    private Span span;
    private Demand demand;
    private Optional<Urgent> urgent;
    private Optional<Held> held;
    private Cooldown cooldown;
    private Scheduler scheduler;
    private Monitor monitor;
    private Resizing resizing;
    private ResizeRetries retries;
    private long nextId;
    private Optional<Moment> lookAt;

    private Wanted wanted;

    private Decision(State state, Rules rules, Moment now) {
        this.rules = rules;
        this.now = now;
        timing = rules.timing();
        wantedBefore = state.why().wanted();
        limits = state.limits();
        has = state.has();
        heading = state.heading();
        span = state.span();
        demand = state.demand();
        urgent = state.urgent();
        held = state.held();
        cooldown = state.cooldown();
        scheduler = state.scheduler();
        monitor = state.monitor();
        resizing = state.resizing();
        retries = state.retries();
        nextId = state.nextId();
        lookAt = state.lookAt();
        wanted = new Wanted(wantedBefore, state.why().reason());
    }

    /// What follows from `event`.
    public static Step after(State state, Event event, Rules rules, Moment now) {
        var decision = new Decision(state, rules, now);
        decision.expire();
        decision.take(event);
        return decision.step();
    }

    // ---- what happened

    private void take(Event event) {
        switch (event) {
            case MetricsRead(var metrics) ->
                    demand =
                            demand.read(
                                    Goal.of(metrics, limits.unit(), rules.goal()),
                                    rules.shrinkAfter(),
                                    now);
            case SizeObserved(Resources size, Resources asked) -> observe(size, asked);
            case Permitted permitted -> {
                if (isLive(scheduler.asked(), permitted.id())) permit(permitted);
            }
            case SchedulerFailed(long id, String why) -> {
                if (isLive(scheduler.asked(), id)) {
                    did(Transition.SCHEDULER_FAILED);
                    scheduler = scheduler.failed(why, now.plus(timing.schedulerRetry()));
                }
            }
            case ResizeEnded(long id, Outcome outcome) -> {
                if (isLive(running(), id)) endResize(outcome);
            }
            case MonitorFound(long session) -> {
                did(Transition.MONITOR_FOUND);
                monitor = Present.begin(session, span.most(), now);
            }
            case MonitorLost(long session) -> {
                if (live(session).isPresent()) {
                    did(Transition.MONITOR_LOST);
                    monitor = new Absent();
                }
            }
            case MoreWanted(long session, Optional<Resources> least) -> {
                if (live(session).isPresent()) honour(least);
            }
            case Confirmed(long session, long id) ->
                    live(session)
                            .filter(it -> isLive(it.telling(), id))
                            .ifPresent(
                                    it -> {
                                        did(Transition.MONITOR_CONFIRMED);
                                        settle(it, it.telling());
                                    });
            case Agreed(long session, long id) ->
                    live(session)
                            .filter(it -> isLive(it.asking(), id))
                            .ifPresent(
                                    it -> {
                                        did(Transition.SHRINK_AGREED);
                                        cooldown = cooldown.agreed();
                                        settle(it, it.asking());
                                    });
            case Refused refused ->
                    live(refused.session())
                            .filter(it -> isLive(it.asking(), refused.id()))
                            .ifPresent(it -> hold(it, refused));
            case MonitorFailed(long session, long id, String why) ->
                    live(session)
                            .filter(it -> isLive(it.telling().or(it::asking), id))
                            .ifPresent(
                                    it -> {
                                        did(Transition.MONITOR_FAILED);
                                        monitor = it.failed(why, now.plus(timing.monitorRetry()));
                                    });
            case OutOfMemory() -> {
                did(Transition.OUT_OF_MEMORY);
                hurt();
            }
            case LimitsChanged(Limits changed) -> {
                did(Transition.LIMITS_CHANGED);
                limits = changed;
                retries = retries.withoutFailures();
            }
            case Woke() -> {}
        }
    }

    private boolean isLive(Optional<Request> request, long id) {
        boolean live = request.isPresent() && request.get().id() == id;
        if (!live) did(Transition.STRAY_ANSWER);
        return live;
    }

    private Optional<Present> live(long session) {
        if (monitor instanceof Present present && present.session() == session)
            return Optional.of(present);
        did(Transition.STRAY_ANSWER);
        return Optional.empty();
    }

    private Optional<Request> running() {
        return resizing instanceof Running(Request request)
                ? Optional.of(request)
                : Optional.empty();
    }

    private void observe(Resources size, Resources asked) {
        boolean arrived = heading.map(size::equals).orElse(false);
        has = size;
        // While a resize runs, the VM may be where it was, where it was to go, or where it is to
        // go.
        if (resizing instanceof Running) {
            span = span.with(size);
            return;
        }
        span = Span.between(size, asked);
        headFor(asked);
        // What failed at first has come about; what was undone waits for its next try.
        if (arrived) {
            resizing = new Idle();
            retries = new ResizeRetries(Optional.empty(), retries.pageCache());
        }
    }

    private void headFor(Resources target) {
        heading = Optional.of(target).filter(it -> !it.equals(has));
        lookAt = heading.map(_ -> now.plus(timing.resizeRetry()));
    }

    private void permit(Permitted permitted) {
        Resources asked = scheduler.asked().orElseThrow().size();
        // A permit for more than was asked for would be one that nobody knows of here.
        Resources permit = permitted.permit().min(asked);
        boolean all = permit.covers(asked);
        boolean some = !scheduler.permit().covers(permit);
        did(all ? Transition.PERMITTED : some ? Transition.PERMITTED_IN_PART : Transition.DENIED);
        if (permitted.moves() && !scheduler.moves()) did(Transition.MOVING);
        scheduler =
                scheduler.answered(
                        permit.max(scheduler.permit()),
                        permitted.moves(),
                        all ? now : now.plus(timing.deniedRetry()),
                        all
                                ? Optional.empty()
                                : Optional.of(
                                        permitted.shortage().orElse("there is no room for more")));
    }

    private void endResize(Outcome outcome) {
        Resources before = has;
        Resources target = running().orElseThrow().size();
        resizing = new Idle();
        switch (outcome) {
            case Outcome.Done(Resources size) -> {
                did(Transition.RESIZE_DONE);
                arrive(size, target);
                retries = ResizeRetries.NONE;
            }
            case Outcome.Partial(Resources size, Optional<String> why) -> {
                did(Transition.RESIZE_PARTIAL);
                arrive(size, target);
                retryAll(
                        target,
                        ResizeFailure.OTHER,
                        true,
                        "it has %s instead of %s%s"
                                .formatted(
                                        size.text(),
                                        target.text(),
                                        why.map(it -> ": " + it).orElse("")));
            }
            case Outcome.Refused(Resources size, String why) -> {
                arrive(size, size);
                retries = ResizeRetries.NONE;
                refused(size, why);
            }
            case Outcome.Failed(ResizeFailure failure, String why) -> {
                did(Transition.RESIZE_FAILED);
                headFor(target);
                retryAll(target, failure, false, why);
            }
            case Outcome.PerResource(
                            Resources size,
                            ResourceOutcome cpus,
                            ResourceOutcome memory) -> {
                arrive(
                        size,
                        new Resources(
                                isPending(cpus) ? target.vcpus() : size.vcpus(),
                                isPending(memory) ? target.memory() : size.memory()));
                retries =
                        new ResizeRetries(
                                retryOfCpus(cpus, before, target),
                                retryOfMemory(memory, before, target));
                did(transition(cpus, memory));
                for (ResourceOutcome each : new ResourceOutcome[] {cpus, memory})
                    // Only memory is ever in use: CPUs may go down meanwhile.
                    if (each instanceof ResourceOutcome.InUse(String why))
                        refused(new Resources(0, size.memory()), why);
            }
        }
        if (!has.covers(before)) cooldown = cooldown.shrunk(now);
    }

    private static Transition transition(ResourceOutcome cpus, ResourceOutcome memory) {
        if (memory instanceof ResourceOutcome.HeldByPageCache)
            return Transition.RESIZE_HELD_BY_PAGE_CACHE;
        boolean failed =
                cpus instanceof ResourceOutcome.Failed || memory instanceof ResourceOutcome.Failed;
        if (failed) return Transition.RESIZE_FAILED;
        return isPending(cpus) || isPending(memory)
                ? Transition.RESIZE_PARTIAL
                : Transition.RESIZE_DONE;
    }

    private static boolean isPending(ResourceOutcome outcome) {
        return outcome instanceof ResourceOutcome.Pending;
    }

    private static Direction direction(boolean up) {
        return up ? Direction.UP : Direction.DOWN;
    }

    /// @param target where it may still get to
    private void arrive(Resources size, Resources target) {
        has = size;
        span = Span.between(size, target);
        headFor(target);
    }

    /// @param min the VM stays this large
    private void refused(Resources min, String why) {
        did(Transition.RESIZE_REFUSED);
        cooldown = cooldown.hurt(rules.cooldown(), now);
        held = Optional.of(new Held(min, cooldown.until().orElseThrow(), DRIVER, why));
    }

    /// @param progress whether the attempt changed something, so that the next wait is a first one
    private void retryAll(Resources target, ResizeFailure failure, boolean progress, String why) {
        Optional<ResizeRetry> limit =
                retries.pageCache().filter(it -> it.direction() == Direction.LIMIT_ONLY);
        retries =
                new ResizeRetries(
                        target.vcpus() == has.vcpus()
                                ? Optional.empty()
                                : Optional.of(
                                        failure(
                                                retries.cpus(),
                                                direction(target.vcpus() > has.vcpus()),
                                                target,
                                                failure,
                                                progress,
                                                why)),
                        target.memory().equals(has.memory())
                                ? limit.map(it -> it.again(now, timing.resizeRetry()))
                                : Optional.of(
                                        failure(
                                                retries.memory(),
                                                direction(has.memory().isLessThan(target.memory())),
                                                target,
                                                failure,
                                                progress,
                                                why)));
    }

    private Optional<ResizeRetry> retryOfCpus(
            ResourceOutcome outcome, Resources before, Resources target) {
        return retry(
                outcome,
                retries.cpus(),
                direction(target.vcpus() >= before.vcpus()),
                target,
                has.vcpus() != before.vcpus());
    }

    private Optional<ResizeRetry> retryOfMemory(
            ResourceOutcome outcome, Resources before, Resources target) {
        Direction direction =
                has.memory().equals(target.memory())
                        ? Direction.LIMIT_ONLY
                        : direction(!target.memory().isLessThan(before.memory()));
        boolean progress = !has.memory().equals(before.memory());
        return retry(outcome, retries.memory(), direction, target, progress);
    }

    private Optional<ResizeRetry> retry(
            ResourceOutcome outcome,
            Optional<ResizeRetry> last,
            Direction direction,
            Resources target,
            boolean progress) {
        return switch (outcome) {
            case ResourceOutcome.Done(), ResourceOutcome.InUse _ -> Optional.empty();
            case ResourceOutcome.Pending(ResizeFailure failure, String why) ->
                    Optional.of(failure(last, direction, target, failure, progress, why));
            case ResourceOutcome.Failed(ResizeFailure failure, String why) ->
                    Optional.of(failure(last, direction, target, failure, progress, why));
            case ResourceOutcome.HeldByPageCache(String why) -> {
                Duration first = timing.resizeRetry();
                Duration wait =
                        retries.pageCache().map(it -> it.backoff().multipliedBy(2)).orElse(first);
                Duration longest = first.multipliedBy(MAX_PAGE_CACHE_WAITS);
                if (wait.compareTo(longest) > 0) wait = longest;
                yield Optional.of(
                        new ResizeRetry(
                                now.plus(wait), wait, direction, target, Optional.empty(), why));
            }
        };
    }

    private ResizeRetry failure(
            Optional<ResizeRetry> last,
            Direction direction,
            Resources target,
            ResizeFailure failure,
            boolean progress,
            String why) {
        Optional<ResizeRetry> inRow =
                last.filter(it -> it.failure().isPresent())
                        .filter(it -> it.direction() == direction && !progress);
        Duration first = timing.resizeRetry();
        Duration backoff = inRow.map(it -> failure.backoffAfter(it.backoff(), first)).orElse(first);
        Resources attempted =
                inRow.map(ResizeRetry::attempted)
                        .map(it -> direction == Direction.UP ? it.min(target) : it.max(target))
                        .orElse(target);
        return new ResizeRetry(
                now.plus(backoff), backoff, direction, attempted, Optional.of(failure), why);
    }

    private void honour(Optional<Resources> stated) {
        boolean says = stated.isPresent() && rules.statedSizes();
        did(says ? Transition.URGENT_ASK_WITH_SIZE : Transition.URGENT_ASK);
        Resources used = usable();
        Resources least =
                says ? wholeUnits(stated.get()).max(used) : used.plus(limits.unit().times(1));
        // Asked again before the VM has grown: the same need, not another unit.
        if (!says && urgent.isPresent() && !has.covers(urgent.get().least()))
            least = urgent.get().least();
        urgent = Optional.of(new Urgent(least, now.plus(timing.urgentFor())));
        hurt();
    }

    /// What the monitor knows of: less than the VM has where only page cache keeps it large.
    private Resources usable() {
        return monitor instanceof Present present && retries.pageCache().isPresent()
                ? present.high().min(has)
                : has;
    }

    /// A VM is a number of units, whichever resource is short.
    private Resources wholeUnits(Resources least) {
        return limits.roundedUp(limits.unit().times(limits.unit().covering(least)));
    }

    private void hurt() {
        if (!cooldown.mayHaveHurt(rules.cooldown(), now)) return;
        did(Transition.SHRINK_HURT);
        cooldown = cooldown.hurt(rules.cooldown(), now);
    }

    private void settle(Present present, Optional<Request> request) {
        monitor = present.settled(request.orElseThrow().size());
    }

    private void hold(Present present, Refused refused) {
        boolean says = refused.least().isPresent() && rules.statedSizes();
        did(says ? Transition.SHRINK_REFUSED_WITH_SIZE : Transition.SHRINK_REFUSED);
        Resources target = present.asking().orElseThrow().size();
        Resources least =
                says
                        ? wholeUnits(refused.least().get())
                        : limits.roundedUp(target.plus(limits.unit().times(1)));
        cooldown = cooldown.refused(rules.cooldown());
        held = Optional.of(new Held(least, now.plus(cooldown.length()), MONITOR, refused.why()));
        monitor = present.refused();
    }

    // ---- what is over

    private void expire() {
        if (isOver(scheduler.asked())) {
            did(Transition.SCHEDULER_SILENT);
            scheduler =
                    scheduler.failed(
                            "the scheduler did not answer", now.plus(timing.schedulerRetry()));
        }
        if (isOver(running())) {
            did(Transition.RESIZE_HUNG);
            Resources target = running().orElseThrow().size();
            resizing = new Idle();
            headFor(target);
            retryAll(
                    target,
                    ResizeFailure.OTHER,
                    false,
                    "it did not end within " + timing.resizeLimit().toSeconds() + " s");
        }
        if (monitor instanceof Present present
                && (isOver(present.telling()) || isOver(present.asking()))) {
            did(Transition.MONITOR_SILENT);
            monitor = present.failed("the monitor did not answer", now.plus(timing.monitorRetry()));
        }
        urgent = urgent.filter(it -> now.isBefore(it.until()));
        held = held.filter(it -> now.isBefore(it.until()));
        if (cooldown.until().isPresent() && !now.isBefore(cooldown.until().get())) {
            did(Transition.COOLDOWN_ENDED);
            cooldown = cooldown.over();
        }
        if (cooldown.shrunkAt().isPresent() && !cooldown.mayHaveHurt(rules.cooldown(), now))
            cooldown = cooldown.calm(rules.cooldown());
    }

    private boolean isOver(Optional<Request> request) {
        return request.isPresent() && !now.isBefore(request.get().deadline());
    }

    // ---- what is wanted

    private record Wanted(Resources size, Reason reason) {}

    private Wanted wanted() {
        Wanted size = byGoal();
        if (urgent.isPresent()) {
            Resources more = size.size().max(limits.within(urgent.get().least()));
            if (!more.equals(size.size())) size = new Wanted(more, new Reason.AskedUrgently(more));
        }
        if (held.isPresent()) {
            // Also above the maximum; but no refusal makes a VM larger than it is.
            Resources more = size.size().max(held.get().least().min(has));
            if (!more.equals(size.size()))
                size =
                        new Wanted(
                                more,
                                new Reason.ShrinkRefused(more, held.get().by(), held.get().why()));
        }
        return size;
    }

    private Wanted byGoal() {
        Resources current = limits.within(has);
        if (demand.goal().isEmpty()) return new Wanted(current, new Reason.NothingKnown());
        Goal goal = demand.goal().get();
        int units = demand.units(rules.shrinkAfter(), now);
        Resources size = limits.size(units);
        boolean stale = demand.isStale(timing.staleAfter(), now);
        if ((stale || !goal.complete()) && !size.covers(current)) {
            Reason reason =
                    stale
                            ? new Reason.Stale(goal, timing.staleAfter())
                            : new Reason.Incomplete(goal);
            if (stale) did(Transition.METRICS_STALE);
            return new Wanted(size.max(current), reason);
        }
        if (units > goal.units() && !limits.size(goal.units()).equals(size)) {
            did(Transition.SHRINK_DAMPED);
            return new Wanted(size, new Reason.Damped(goal, units, rules.shrinkAfter()));
        }
        Resources unlimited = limits.unit().times(units);
        if (!limits.max().covers(unlimited))
            return new Wanted(size, new Reason.AtLimit(goal, true));
        return new Wanted(
                size,
                unlimited.covers(limits.min())
                        ? new Reason.ByGoal(goal)
                        : new Reason.AtLimit(goal, false));
    }

    // ---- what is done

    private Step step() {
        wanted = wanted();
        if (!wanted.size().equals(wantedBefore))
            did(
                    wantedBefore.covers(wanted.size())
                            ? Transition.SIZE_WANTED_FELL
                            : Transition.SIZE_WANTED_ROSE);
        if (!has.covers(wanted.size())) hurt();
        // What page cache held up is wanted again.
        retries =
                retries.withMemory(
                                retries.memory()
                                        .filter(
                                                it ->
                                                        it.failure().isPresent()
                                                                || it.direction() != Direction.DOWN
                                                                || wanted.size()
                                                                        .memory()
                                                                        .isLessThan(has.memory())))
                        .relevant(has, wanted.size(), now);
        if (monitor instanceof Present present) monitor = present.within(span.most());

        if (!scheduler.moves()) askMonitor();
        askScheduler();
        if (!scheduler.moves()) resize();
        tellMonitor();
        look();

        Obstacle obstacle = obstacle();
        State state =
                new State(
                        limits,
                        has,
                        heading,
                        span,
                        demand,
                        urgent,
                        held,
                        cooldown,
                        scheduler,
                        monitor,
                        resizing,
                        retries,
                        nextId,
                        lookAt,
                        new Why(has, wanted.size(), wanted.reason(), obstacle),
                        wakeAt());
        return new Step(state, actions, transitions);
    }

    /// What the VM needs permits for: what it may have, and what it is about to get.
    private Resources needed() {
        return span.most().max(reachable().min(scheduler.permit()));
    }

    /// What is wanted, less the growth that a rule does not allow for now: others would miss a
    /// permit for that.
    private Resources reachable() {
        Resources size = wanted.size();
        return new Resources(
                size.vcpus() > has.vcpus() && isOfRule(retries.cpus()) && cpusWait(true, size)
                        ? has.vcpus()
                        : size.vcpus(),
                has.memory().isLessThan(size.memory())
                                && isOfRule(retries.memory())
                                && memoryWaits(true, size)
                        ? has.memory()
                        : size.memory());
    }

    private static boolean isOfRule(Optional<ResizeRetry> retry) {
        return retry.flatMap(ResizeRetry::failure).filter(ResizeFailure::isRule).isPresent();
    }

    private void askScheduler() {
        if (scheduler.asked().isPresent()) return;
        boolean grows = !scheduler.permit().covers(reachable()) && !scheduler.moves();
        boolean mayAsk = !now.isBefore(scheduler.askAt());
        boolean due = !now.isBefore(scheduler.sayAt());
        boolean gives = !scheduler.permit().equals(needed());
        if (!(mayAsk && (grows || gives || due))) return;

        Resources target = grows ? reachable().max(needed()) : needed();
        did(
                grows
                        ? Transition.PERMIT_ASKED
                        : gives ? Transition.PERMIT_RELEASED : Transition.PERMIT_RENEWED);
        Resources permit = scheduler.permit();
        Request request = request(target, timing.schedulerLimit());
        scheduler = scheduler.asked(request, now.plus(timing.schedulerEvery()));
        actions.add(new AskScheduler(request.id(), has, target, permit, urgent.isPresent()));
    }

    /// One unit at a time, and the VM only when all that can be agreed to is.
    private void askMonitor() {
        if (!(monitor instanceof Present present) || !mayTalkTo(present)) return;
        if (resizing instanceof Running || !shrinks() || cooldown.until().isPresent()) return;
        // One that was told nothing yet would be asked about sizes that it may not know.
        if (present.low().equals(Resources.ZERO)) return;
        Resources target = limits.oneDown(present.high(), wanted.size().min(present.high()));
        if (target.equals(present.high())) return;
        did(Transition.SHRINK_ASKED);
        Request request = request(target, timing.monitorLimit());
        monitor = present.asked(request);
        actions.add(new AskMonitor(present.session(), request.id(), target));
    }

    private boolean mayTalkTo(Present present) {
        return !present.isBusy() && !now.isBefore(present.askAt());
    }

    private boolean shrinks() {
        return has.covers(wanted.size()) && !has.equals(wanted.size());
    }

    private void resize() {
        if (resizing instanceof Running) return;
        // Its answer decides how far down, and is not to be crossed on the way.
        if (monitor instanceof Present present && present.asking().isPresent()) return;
        Resources target = target();
        boolean stands = target.equals(heading.orElse(has));
        if (stands && !isDue(target)) return;

        did(has.covers(target) ? Transition.SHRINK_STARTED : Transition.GROWTH_STARTED);
        Request request = request(target, timing.resizeLimit());
        resizing = new Running(request);
        heading = Optional.of(target);
        span = span.with(target);
        lookAt = Optional.empty();
        actions.add(new Resize(request.id(), has, target));
    }

    /// Whether what was asked for already is to be asked for again.
    private boolean isDue(Resources target) {
        boolean cpus =
                target.vcpus() != has.vcpus() && !cpusWait(target.vcpus() > has.vcpus(), target);
        boolean memory =
                !target.memory().equals(has.memory())
                        && !memoryWaits(has.memory().isLessThan(target.memory()), target);
        return cpus || memory || isLimitDue(target);
    }

    private boolean isLimitDue(Resources target) {
        return retries.pageCache()
                .filter(it -> it.direction() == Direction.LIMIT_ONLY && it.isDue(now))
                .filter(_ -> target.memory().equals(has.memory()))
                .isPresent();
    }

    private boolean cpusWait(boolean up, Resources target) {
        return retries.cpus()
                .filter(it -> it.holdsBackCpus(direction(up), target.vcpus(), now))
                .isPresent();
    }

    private boolean memoryWaits(boolean up, Resources target) {
        return retries.memory()
                .filter(it -> it.holdsBackMemory(direction(up), target.memory(), now))
                .isPresent();
    }

    /// As far towards what is wanted as both peers let it: each resource on its own. One that has
    /// to wait stays as it was asked for last.
    private Resources target() {
        Resources upTo = has.max(limits.roundedDown(wanted.size().min(scheduler.permit())));
        Resources downTo =
                monitor instanceof Present present
                        ? limits.roundedUp(wanted.size().max(present.high())).min(has)
                        : has;
        Resources asked = heading.orElse(has);
        boolean moreCpus = wanted.size().vcpus() >= has.vcpus();
        boolean moreMemory = !wanted.size().memory().isLessThan(has.memory());
        Resources target =
                new Resources(
                        moreCpus ? upTo.vcpus() : downTo.vcpus(),
                        moreMemory ? upTo.memory() : downTo.memory());
        return new Resources(
                cpusWait(moreCpus, target) ? asked.vcpus() : target.vcpus(),
                memoryWaits(moreMemory, target) ? asked.memory() : target.memory());
    }

    /// Only of what surely stays, and not of what is to go.
    private void tellMonitor() {
        if (!(monitor instanceof Present present) || !mayTalkTo(present)) return;
        Resources use = wanted.size().max(present.high()).min(span.least());
        if (present.low().covers(use)) return;
        Resources size =
                present.low().equals(Resources.ZERO)
                        ? use
                        : limits.oneUp(present.low(), use.max(present.low()));
        did(Transition.MONITOR_TOLD);
        Request request = request(size, timing.monitorLimit());
        monitor = present.told(request);
        actions.add(new TellMonitor(present.session(), request.id(), size));
    }

    private void look() {
        if (lookAt.isEmpty() || now.isBefore(lookAt.get()) || resizing instanceof Running) return;
        lookAt = Optional.of(now.plus(timing.resizeRetry()));
        actions.add(new Look());
    }

    private Request request(Resources size, Duration limit) {
        return new Request(nextId++, size, now.plus(limit));
    }

    private void did(Transition transition) {
        transitions.add(transition);
    }

    // ---- what is in the way

    private Obstacle obstacle() {
        Optional<Obstacle> cache =
                retries.pageCache().map(it -> new Obstacle.HeldByPageCache(it.why()));
        if (has.equals(wanted.size()) && heading.isEmpty())
            return cache.orElseGet(Obstacle.None::new);
        if (scheduler.moves()) return new Obstacle.Moves();
        if (resizing instanceof Running(Request request))
            return new Obstacle.BeingResized(request.size());
        List<ResizeRetry> failed = retries.failed(now);
        if (!failed.isEmpty())
            return new Obstacle.ResizeFailed(
                    failed.getFirst().failure().orElseThrow(),
                    failed.stream().map(ResizeRetry::why).distinct().collect(joining("; ")));
        if (!shrinks()) return inTheWayUp();
        boolean memoryOnly = has.vcpus() == wanted.size().vcpus();
        return memoryOnly && cache.isPresent() ? cache.get() : inTheWayDown();
    }

    private Obstacle inTheWayUp() {
        if (scheduler.trouble().isPresent())
            return new Obstacle.NotPermitted(scheduler.permit(), scheduler.trouble().get());
        if (scheduler.asked().isPresent())
            return new Obstacle.SchedulerAsked(scheduler.asked().get().size());
        return monitor instanceof Present present && present.asking().isPresent()
                ? new Obstacle.MonitorAsked(present.asking().get().size())
                : new Obstacle.NotPermitted(scheduler.permit(), "it was not asked yet");
    }

    private Obstacle inTheWayDown() {
        if (!(monitor instanceof Present present)) return new Obstacle.NoMonitor();
        if (present.asking().isPresent())
            return new Obstacle.MonitorAsked(present.asking().get().size());
        if (cooldown.until().isPresent())
            return new Obstacle.CoolingDown(cooldown.until().get().since(now));
        return present.trouble()
                .<Obstacle>map(Obstacle.MonitorTroubled::new)
                .orElseGet(() -> new Obstacle.MonitorAsked(wanted.size()));
    }

    // ---- time

    /// The earliest moment at which something is over, or may be tried again.
    private Moment wakeAt() {
        Moment earliest = scheduler.sayAt();
        for (Moment each :
                Stream.of(
                                scheduler.asked().map(Request::deadline),
                                Optional.of(scheduler.askAt()),
                                running().map(Request::deadline),
                                retries.cpus().map(ResizeRetry::at),
                                retries.memory().map(ResizeRetry::at),
                                lookAt,
                                urgent.map(Urgent::until),
                                held.map(Held::until),
                                cooldown.until(),
                                demand.changesAt(rules.shrinkAfter(), now),
                                demand.goal().map(_ -> demand.readAt().plus(timing.staleAfter())),
                                ofMonitor(Present::telling).map(Request::deadline),
                                ofMonitor(Present::asking).map(Request::deadline),
                                ofMonitor(it -> Optional.of(it.askAt())))
                        .flatMap(Optional::stream)
                        .toList())
            if (each.isAfter(now) && (!earliest.isAfter(now) || each.isBefore(earliest)))
                earliest = each;
        // Late with the scheduler, which has not answered: its deadline was among the others.
        return earliest.isAfter(now) ? earliest : now.plus(timing.schedulerRetry());
    }

    private <T> Optional<T> ofMonitor(Function<Present, Optional<T>> part) {
        return monitor instanceof Present present ? part.apply(present) : Optional.empty();
    }
}
