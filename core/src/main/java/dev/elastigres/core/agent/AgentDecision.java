package dev.elastigres.core.agent;

import static dev.elastigres.core.agent.RefusedShrink.RefusalSource.DRIVER;
import static dev.elastigres.core.agent.RefusedShrink.RefusalSource.MONITOR;
import static java.util.stream.Collectors.joining;

import dev.elastigres.core.agent.Action.AskMonitor;
import dev.elastigres.core.agent.Action.AskScheduler;
import dev.elastigres.core.agent.Action.Look;
import dev.elastigres.core.agent.Action.ReadMetrics;
import dev.elastigres.core.agent.Action.Resize;
import dev.elastigres.core.agent.Action.TellMonitor;
import dev.elastigres.core.agent.Event.DownscaleAgreed;
import dev.elastigres.core.agent.Event.DownscaleRefused;
import dev.elastigres.core.agent.Event.LimitsChanged;
import dev.elastigres.core.agent.Event.MetricsRead;
import dev.elastigres.core.agent.Event.MonitorFailed;
import dev.elastigres.core.agent.Event.MonitorFound;
import dev.elastigres.core.agent.Event.MonitorLost;
import dev.elastigres.core.agent.Event.OomKilled;
import dev.elastigres.core.agent.Event.OutOfMemory;
import dev.elastigres.core.agent.Event.PermitReceived;
import dev.elastigres.core.agent.Event.ResizeEnded;
import dev.elastigres.core.agent.Event.SchedulerFailed;
import dev.elastigres.core.agent.Event.SizeObserved;
import dev.elastigres.core.agent.Event.TimerFired;
import dev.elastigres.core.agent.Event.UpscaleConfirmed;
import dev.elastigres.core.agent.Event.UpscaleRequested;
import dev.elastigres.core.agent.MonitorView.Absent;
import dev.elastigres.core.agent.MonitorView.Present;
import dev.elastigres.core.agent.ResizeRetry.Direction;
import dev.elastigres.core.agent.ResizeState.Idle;
import dev.elastigres.core.agent.ResizeState.Running;
import dev.elastigres.core.scaling.CpuFigures;
import dev.elastigres.core.scaling.Goal;
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
import java.util.stream.Stream;

/// Decides everything about one VM, as a function of its state, an event and the current time.
///
/// The order of consents is fixed. To grow: the scheduler permits, the driver resizes, the monitor
/// is notified. To shrink: the monitor agrees, the driver resizes, the scheduler is notified. So
/// the scheduler's record is never below what the VM may have, and the VM is never below what its
/// monitor may use, whichever messages get lost.
public final class AgentDecision {
    /// Maximum backoff while page cache keeps the memory limit up, as a multiple of the first
    /// backoff.
    private static final int MAX_PAGE_CACHE_WAITS = 24;
    /// How long the explanation of a VM's size mentions that its kernel killed a process.
    private static final Duration OOM_KILL_SAID = Duration.ofHours(1);

    private final ScalingRules rules;
    private final AgentTiming timing;
    private final Moment now;
    private final List<Action> actions = new ArrayList<>();
    private final List<Transition> transitions = new ArrayList<>();
    private final Resources wantedBefore;
    private Optional<SizeChange> change = Optional.empty();
    private boolean resizedElsewhere;
    private boolean waitsForRoom;

    // Parts of the state that an event can change; [#step] builds the new state from them.
    private SizeLimits limits;
    private Resources current;
    private Optional<Resources> targetSize;
    private SizeRange range;
    private DemandHistory demand;
    private Optional<UrgentUpscale> urgent;
    private Optional<RefusedShrink> refusedShrink;
    private Cooldown cooldown;
    private SchedulerView scheduler;
    private MonitorView monitor;
    private ResizeState resizing;
    private ResizeRetries retries;
    private Optional<SizeReason> resizedFor;
    private Optional<ResizeSpan> resizeSpan;
    private Optional<Moment> oomKillAt;
    private Optional<MemoryFloor> memoryFloor;
    private long nextId;
    private Optional<Moment> lookAt;

    private DesiredSize wanted;

    private AgentDecision(State state, ScalingRules rules, Moment now) {
        this.rules = rules;
        this.now = now;
        timing = rules.timing();
        wantedBefore = state.why().wanted();
        limits = state.limits();
        current = state.size().current();
        targetSize = state.size().target();
        range = state.size().range();
        demand = state.demand().history();
        urgent = state.demand().urgent();
        refusedShrink = state.shrink().refused();
        cooldown = state.shrink().cooldown();
        scheduler = state.scheduler();
        monitor = state.monitor();
        resizing = state.driver().resizing();
        retries = state.driver().retries();
        resizedFor = state.driver().reason();
        resizeSpan = state.driver().span();
        oomKillAt = state.demand().oomKillAt();
        memoryFloor = state.demand().memoryFloor();
        nextId = state.nextId();
        lookAt = state.size().lookAt();
        wanted = new DesiredSize(wantedBefore, state.why().reason());
    }

    /// Returns the state, actions and transitions that follow from `event`.
    public static Step after(State state, Event event, ScalingRules rules, Moment now) {
        var decision = new AgentDecision(state, rules, now);
        decision.expire();
        decision.take(event);
        return decision.step();
    }

    // ---- events

    private void take(Event event) {
        switch (event) {
            case MetricsRead(VmMetrics metrics, Moment since, Moment at) ->
                    read(metrics, since, at);
            case SizeObserved(Resources size, Resources asked) -> observe(size, asked);
            case PermitReceived permitted -> {
                if (isLive(scheduler.request(), permitted.id())) permit(permitted);
            }
            case SchedulerFailed(long id, String why) -> {
                if (isLive(scheduler.request(), id)) {
                    did(Transition.SCHEDULER_FAILED);
                    scheduler = scheduler.failed(why, now.plus(timing.schedulerRetry()));
                }
            }
            case ResizeEnded(long id, ResizeOutcome outcome) -> {
                if (isLive(running(), id)) endResize(outcome);
            }
            case MonitorFound(long session) -> {
                did(Transition.MONITOR_FOUND);
                monitor = Present.begin(session, range.max(), now);
            }
            case MonitorLost(long session) -> {
                if (live(session).isPresent()) {
                    did(Transition.MONITOR_LOST);
                    monitor = new Absent();
                }
            }
            case UpscaleRequested(long session, Optional<Resources> min) -> {
                if (live(session).isPresent()) honour(min);
            }
            case UpscaleConfirmed(long session, long id) ->
                    live(session)
                            .filter(it -> isLive(it.telling(), id))
                            .ifPresent(
                                    it -> {
                                        did(Transition.MONITOR_CONFIRMED);
                                        settle(it, it.telling());
                                    });
            case DownscaleAgreed(long session, long id) ->
                    live(session)
                            .filter(it -> isLive(it.downscaleRequest(), id))
                            .ifPresent(
                                    it -> {
                                        did(Transition.SHRINK_AGREED);
                                        cooldown = cooldown.agreed();
                                        settle(it, it.downscaleRequest());
                                    });
            case DownscaleRefused refused ->
                    live(refused.session())
                            .filter(it -> isLive(it.downscaleRequest(), refused.id()))
                            .ifPresent(it -> hold(it, refused));
            case MonitorFailed(long session, long id, String why) ->
                    live(session)
                            .filter(it -> isLive(it.telling().or(it::downscaleRequest), id))
                            .ifPresent(
                                    it -> {
                                        did(Transition.MONITOR_FAILED);
                                        monitor = it.failed(why, now.plus(timing.monitorRetry()));
                                    });
            case OutOfMemory() -> {
                did(Transition.OUT_OF_MEMORY);
                oomKillAt = Optional.of(now);
                hurt();
            }
            case OomKilled(Optional<Bytes> limit, Moment at) -> {
                if (now.since(at).compareTo(MemoryFloor.KEPT) < 0) raiseFloor(limit, at);
            }
            case LimitsChanged(SizeLimits changed) -> {
                did(Transition.LIMITS_CHANGED);
                limits = changed;
                retries = retries.withoutFailures();
            }
            case TimerFired() -> {}
        }
    }

    private void raiseFloor(Optional<Bytes> killedAt, Moment at) {
        did(Transition.OUT_OF_MEMORY);
        oomKillAt = Optional.of(at);
        MemoryFloor floor = MemoryFloor.after(killedAt, at, current.memory(), limits);
        memoryFloor = Optional.of(memoryFloor.map(floor::orHigher).orElse(floor));
        hurt();
    }

    private boolean isLive(Optional<OpenRequest> request, long id) {
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

    private Optional<OpenRequest> running() {
        return resizing instanceof Running(OpenRequest request)
                ? Optional.of(request)
                : Optional.empty();
    }

    private void read(VmMetrics metrics, Moment since, Moment at) {
        // A newer page arrived first.
        if (demand.goal().isPresent() && at.isBefore(demand.readAt())) return;
        boolean explained =
                resizeSpan.isPresent()
                        && (resizeSpan.get().open()
                                || !resizeSpan.get().ended().isBefore(demand.readAt()));
        if (demand.isOfAnotherSize(metrics) && !explained) {
            // The resize that another party started may still be in progress.
            resizeSpan = Optional.of(ResizeSpan.seen(resizeSpan, at));
            lookAt = Optional.of(now);
        }
        if (isOfResize(at)) {
            did(Transition.METRICS_OF_RESIZE);
            return;
        }
        boolean counts =
                at.since(since).compareTo(DemandHistory.MIN_CPU_INTERVAL) >= 0
                        && !isOfResize(since);
        demand =
                demand.read(
                        counts ? metrics : withoutCpu(metrics),
                        at,
                        limits.unit(),
                        rules,
                        resizeSpan);
    }

    private boolean isOfResize(Moment since) {
        return resizeSpan.isPresent() && resizeSpan.get().reaches(since);
    }

    private VmMetrics withoutCpu(VmMetrics metrics) {
        Optional<HostMetrics> host = metrics.host();
        if (host.isEmpty() || !(host.get().cpu() instanceof CpuFigures.Measured)) return metrics;
        did(Transition.CPU_FIGURES_DROPPED);
        return new VmMetrics(
                Optional.of(host.get().with(new CpuFigures.Pending())), metrics.windows());
    }

    private void observe(Resources size, Resources asked) {
        boolean arrived = targetSize.map(size::equals).orElse(false);
        boolean ours =
                resizing instanceof Running
                        || (range.max().covers(size) && size.covers(range.min()));
        if (!ours) {
            did(Transition.RESIZED_ELSEWHERE);
            resizeSpan = Optional.of(ResizeSpan.seen(resizeSpan, now));
            resizedElsewhere = true;
        }
        seen(size, ours ? resizedFor : Optional.empty());
        // While a resize runs, the VM may have its old size, the previous target or the current
        // target.
        if (resizing instanceof Running) {
            range = range.with(size);
            return;
        }
        range = SizeRange.between(size, asked);
        headFor(asked);
        // A resize that failed at first has succeeded after all, so its retries are dropped.
        if (arrived) {
            resizing = new Idle();
            retries = new ResizeRetries(Optional.empty(), retries.pageCache());
        }
    }

    private void headFor(Resources target) {
        targetSize = Optional.of(target).filter(it -> !it.equals(current));
        // Also without a target while the size is not exact: an earlier resize may still take
        // effect.
        lookAt =
                targetSize.isPresent() || !range.isExact()
                        ? Optional.of(now.plus(timing.resizeRetry()))
                        : Optional.empty();
    }

    private void permit(PermitReceived permitted) {
        Resources asked = scheduler.request().orElseThrow().size();
        // Ignore what exceeds the request: this agent could not account for it.
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

    private void endResize(ResizeOutcome outcome) {
        Resources before = current;
        OpenRequest request = running().orElseThrow();
        Resources target = request.size();
        resizing = new Idle();
        switch (outcome) {
            case ResizeOutcome.Done(Resources size) -> {
                did(Transition.RESIZE_DONE);
                arrive(size, target);
                retries = ResizeRetries.NONE;
            }
            case ResizeOutcome.Partial(Resources size, Optional<String> why) -> {
                did(Transition.RESIZE_PARTIAL);
                arrive(size, target);
                String where =
                        "it has %s instead of %s%s"
                                .formatted(
                                        size.text(),
                                        target.text(),
                                        why.map(it -> ": " + it).orElse(""));
                retryAll(target, ResizeFailure.OTHER, true, where);
                if (size.equals(before) && size.covers(target)) {
                    did(Transition.RESIZE_STUCK);
                    hold(size, where);
                }
            }
            case ResizeOutcome.Refused(Resources size, String why) -> {
                arrive(size, size);
                retries = ResizeRetries.NONE;
                refused(size, why);
            }
            case ResizeOutcome.Failed(ResizeFailure failure, String why) -> {
                did(Transition.RESIZE_FAILED);
                headFor(target);
                retryAll(target, failure, false, why);
            }
            case ResizeOutcome.PerResource(
                            Resources size,
                            ResourceOutcome cpus,
                            ResourceOutcome memory) -> {
                arrive(
                        size,
                        new Resources(
                                isPending(cpus) ? target.vcpus() : size.vcpus(),
                                isPending(memory) ? target.memory() : size.memory()));
                waitsForRoom = true;
                retries =
                        new ResizeRetries(
                                retryOfCpus(cpus, before, target),
                                retryOfMemory(memory, before, target));
                did(transition(cpus, memory));
                for (ResourceOutcome each : new ResourceOutcome[] {cpus, memory})
                    // Only memory can be in use; CPUs may go down meanwhile.
                    if (each instanceof ResourceOutcome.InUse(String why))
                        refused(new Resources(0, size.memory()), why);
            }
        }
        if (!current.equals(before)) {
            var call = new Moment(request.deadline().nanos() - timing.resizeTimeout().toNanos());
            resizeSpan = resizeSpan.map(it -> it.changedBy(call));
        }
        if (!current.covers(before)) cooldown = cooldown.shrunk(now);
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

    /// Records an observed size and the target that the VM may still reach.
    ///
    /// @param target the size that the VM may still reach
    private void arrive(Resources size, Resources target) {
        seen(size, resizedFor);
        range = SizeRange.between(size, target);
        headFor(target);
    }

    /// @param min the size that the VM keeps
    private void refused(Resources min, String why) {
        did(Transition.RESIZE_REFUSED);
        hold(min, why);
    }

    private void hold(Resources min, String why) {
        cooldown = cooldown.hurt(rules.cooldown(), now);
        refusedShrink =
                Optional.of(new RefusedShrink(min, cooldown.until().orElseThrow(), DRIVER, why));
    }

    private void seen(Resources size, Optional<SizeReason> why) {
        if (!size.equals(current)) change = Optional.of(new SizeChange(current, size, why));
        current = size;
    }

    /// @param progress whether the attempt changed the size, so that the next backoff is a first
    ///     one
    private void retryAll(Resources target, ResizeFailure failure, boolean progress, String why) {
        Optional<ResizeRetry> limit =
                retries.pageCache().filter(it -> it.direction() == Direction.LIMIT_ONLY);
        retries =
                new ResizeRetries(
                        target.vcpus() == current.vcpus()
                                ? Optional.empty()
                                : Optional.of(
                                        failure(
                                                retries.cpus(),
                                                direction(target.vcpus() > current.vcpus()),
                                                target,
                                                failure,
                                                progress,
                                                why)),
                        target.memory().equals(current.memory())
                                ? limit.map(it -> it.again(now, timing.resizeRetry()))
                                : Optional.of(
                                        failure(
                                                retries.memory(),
                                                direction(
                                                        current.memory()
                                                                .isLessThan(target.memory())),
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
                current.vcpus() != before.vcpus());
    }

    private Optional<ResizeRetry> retryOfMemory(
            ResourceOutcome outcome, Resources before, Resources target) {
        Direction direction =
                current.memory().equals(target.memory())
                        ? Direction.LIMIT_ONLY
                        : direction(!target.memory().isLessThan(before.memory()));
        boolean progress = !current.memory().equals(before.memory());
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
                Duration max = first.multipliedBy(MAX_PAGE_CACHE_WAITS);
                if (wait.compareTo(max) > 0) wait = max;
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
        Resources min;
        if (stated.isPresent() && rules.statedSizes()) {
            min = askedFor(stated.get());
            did(
                    min.memory().equals(Bytes.ZERO)
                            ? Transition.URGENT_ASK_FOR_CPUS
                            : Transition.URGENT_ASK_WITH_SIZE);
        } else {
            did(Transition.URGENT_ASK);
            // A repeated request before the VM has grown is the same need, not another unit.
            min =
                    urgent.map(UrgentUpscale::min)
                            .filter(it -> !current.covers(it))
                            .orElseGet(() -> usable().plus(limits.unit().times(1)));
        }
        UrgentUpscale ask = UrgentUpscale.ask(min, now.plus(timing.urgentFor()));
        urgent = Optional.of(urgent.map(it -> it.then(ask)).orElse(ask));
        hurt();
    }

    /// Returns what an urgent request raises. A request for one resource raises only that one. A
    /// request for CPUs also names the memory that the VM has, which raises nothing. No resource
    /// goes below what is usable now.
    private Resources askedFor(Resources stated) {
        Resources used = usable();
        boolean cpus = stated.vcpus() > 0;
        boolean memory = used.memory().isLessThan(stated.memory());
        Resources whole = wholeUnits(stated).max(used);
        return new Resources(
                cpus ? whole.vcpus() : 0,
                memory ? whole.memory() : cpus ? Bytes.ZERO : used.memory());
    }

    /// Returns the size that the monitor knows of. It is below the VM's size if only page cache
    /// keeps the VM large.
    private Resources usable() {
        return monitor instanceof Present present && retries.pageCache().isPresent()
                ? present.maxSize().min(current)
                : current;
    }

    /// Returns each resource rounded up to whole units and to sizes that the driver can make.
    private Resources wholeUnits(Resources min) {
        return limits.roundedUp(limits.unit().roundedUp(min));
    }

    private void hurt() {
        if (!cooldown.mayHaveHurt(rules.cooldown(), now)) return;
        did(Transition.SHRINK_HURT);
        cooldown = cooldown.hurt(rules.cooldown(), now);
    }

    private void settle(Present present, Optional<OpenRequest> request) {
        monitor = present.settled(request.orElseThrow().size());
    }

    private void hold(Present present, DownscaleRefused refused) {
        boolean says = refused.min().isPresent() && rules.statedSizes();
        did(says ? Transition.SHRINK_REFUSED_WITH_SIZE : Transition.SHRINK_REFUSED);
        Resources target = present.downscaleRequest().orElseThrow().size();
        Resources stated = says ? wholeUnits(refused.min().get()) : Resources.ZERO;
        // If the refused shrink reduced memory, memory is taken as the cause, and the CPUs may
        // shrink. If it left memory alone, no smaller size helps.
        boolean ofMemory =
                target.memory().isLessThan(present.maxSize().memory())
                        && target.memory().isLessThan(stated.memory());
        Resources min =
                ofMemory
                        ? stated
                        : stated.max(limits.roundedUp(target.plus(limits.unit().times(1))));
        // Two refusals at once do not show that the wait was too short.
        if (refusedShrink.isEmpty()) cooldown = cooldown.refused(rules.cooldown());
        refusedShrink =
                Optional.of(
                        new RefusedShrink(
                                min, now.plus(cooldown.length()), MONITOR, refused.why()));
        monitor = present.refused();
    }

    // ---- expiry

    private void expire() {
        if (isOver(scheduler.request())) {
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
                    "it did not end within " + timing.resizeTimeout().toSeconds() + " s");
        }
        if (monitor instanceof Present present
                && (isOver(present.telling()) || isOver(present.downscaleRequest()))) {
            did(Transition.MONITOR_SILENT);
            monitor = present.failed("the monitor did not answer", now.plus(timing.monitorRetry()));
        }
        urgent = urgent.flatMap(it -> it.at(now));
        oomKillAt = oomKillAt.filter(it -> now.since(it).compareTo(OOM_KILL_SAID) < 0);
        memoryFloor = memoryFloor.filter(it -> now.isBefore(it.until()));
        refusedShrink = refusedShrink.filter(it -> now.isBefore(it.until()));
        if (cooldown.until().isPresent() && !now.isBefore(cooldown.until().get())) {
            did(Transition.COOLDOWN_ENDED);
        }
        cooldown = cooldown.at(rules.cooldown(), now);
    }

    private boolean isOver(Optional<OpenRequest> request) {
        return request.isPresent() && !now.isBefore(request.get().deadline());
    }

    // ---- the wanted size

    private record DesiredSize(Resources size, SizeReason reason) {}

    private DesiredSize wanted() {
        DesiredSize size = byGoal();
        if (urgent.isPresent()) {
            Resources more =
                    size.size().max(limits.roundedUp(urgent.get().min()).min(limits.max()));
            if (!more.equals(size.size()))
                size =
                        new DesiredSize(
                                more,
                                new SizeReason.UrgentRequest(more.onlyWhereMoreThan(size.size())));
        }
        if (memoryFloor.isPresent()) size = atLeast(memoryFloor.get(), size);
        if (refusedShrink.isPresent()) {
            // A refusal counts above the maximum, too, but never makes a VM larger than it is.
            Resources more = size.size().max(refusedShrink.get().min().min(current));
            if (!more.equals(size.size()))
                size =
                        new DesiredSize(
                                more,
                                new SizeReason.ShrinkRefused(
                                        more.onlyWhereMoreThan(size.size()),
                                        refusedShrink.get().by(),
                                        refusedShrink.get().why()));
        }
        return size;
    }

    private DesiredSize atLeast(MemoryFloor floor, DesiredSize size) {
        Bytes max = limits.max().memory();
        boolean atMaximum = max.isLessThan(floor.memory());
        var min = new Resources(0, floor.memory().min(max));
        Resources more = size.size().max(min);
        return more.equals(size.size()) && !atMaximum
                ? size
                : new DesiredSize(more, new SizeReason.OomKilled(min, atMaximum));
    }

    private DesiredSize byGoal() {
        // Until demand is known, a resize that was started continues, and none is started.
        Resources clampedSize = limits.within(targetSize.orElse(current));
        if (demand.goal().isEmpty())
            return new DesiredSize(clampedSize, new SizeReason.NothingKnown());
        Goal goal = demand.goal().get();
        int units = demand.units(rules.dampingWindow(), now);
        Resources size = limits.size(units);
        boolean stale = demand.isStale(timing.staleAfter(), now);
        if ((stale || !goal.complete()) && !size.covers(clampedSize)) {
            SizeReason reason =
                    stale
                            ? new SizeReason.Stale(goal, timing.staleAfter())
                            : new SizeReason.Incomplete(goal);
            if (stale) did(Transition.METRICS_STALE);
            return new DesiredSize(size.max(clampedSize), reason);
        }
        Duration knownFor = demand.knownFor(now);
        if (!size.covers(clampedSize) && knownFor.compareTo(rules.dampingWindow()) < 0) {
            did(Transition.PAST_UNKNOWN);
            return new DesiredSize(
                    size.max(clampedSize),
                    new SizeReason.PastUnknown(goal, knownFor, rules.dampingWindow()));
        }
        if (units > goal.units() && !limits.size(goal.units()).equals(size)) {
            did(Transition.SHRINK_DAMPED);
            return new DesiredSize(size, new SizeReason.Damped(goal, units, rules.dampingWindow()));
        }
        Resources called = limits.unit().times(units);
        boolean within = limits.max().covers(called) && called.covers(limits.min());
        return new DesiredSize(
                size,
                within ? new SizeReason.ByGoal(goal) : SizeReason.AtLimit.of(goal, called, limits));
    }

    // ---- actions

    private Step step() {
        wanted = wanted();
        if (!wanted.size().equals(wantedBefore))
            did(
                    wantedBefore.covers(wanted.size())
                            ? Transition.SIZE_WANTED_FELL
                            : Transition.SIZE_WANTED_ROSE);
        if (!current.covers(wanted.size())) hurt();
        // Drop a shrink held up by page cache once memory is not to shrink any more.
        retries =
                retries.withMemory(
                                retries.memory()
                                        .filter(
                                                it ->
                                                        it.failure().isPresent()
                                                                || it.direction() != Direction.DOWN
                                                                || wanted.size()
                                                                        .memory()
                                                                        .isLessThan(
                                                                                current.memory())))
                        .relevant(current, wanted.size(), now);
        if (monitor instanceof Present present) monitor = present.within(range.max());

        boolean acts = !rules.recommendOnly();
        if (acts && !scheduler.moves()) askMonitor();
        askScheduler();
        if (acts && !scheduler.moves()) resize();
        if (acts) tellMonitor();
        look();
        followResize();

        Obstacle obstacle = obstacle();
        State state =
                new State(
                        limits,
                        new VmSize(current, targetSize, range, lookAt),
                        new DriverView(resizing, retries, resizedFor, resizeSpan),
                        new VmDemand(demand, urgent, oomKillAt, memoryFloor),
                        new ShrinkBackoff(refusedShrink, cooldown),
                        scheduler,
                        monitor,
                        nextId,
                        new SizeExplanation(
                                current,
                                wanted.size(),
                                wanted.reason(),
                                obstacle,
                                oomKillAt.map(now::since)),
                        wakeAt());
        return new Step(state, actions, transitions, change);
    }

    /// Returns the size that the VM needs a permit for: what it may have, and the permitted part of
    /// what it is about to get.
    private Resources needed() {
        return range.max().max(reachable().min(scheduler.permit()));
    }

    /// Returns the wanted size without growth that a rule blocks for now: a permit for that would
    /// be missing elsewhere.
    private Resources reachable() {
        Resources size = wanted.size();
        return new Resources(
                size.vcpus() > current.vcpus() && isOfRule(retries.cpus()) && cpusWait(true, size)
                        ? current.vcpus()
                        : size.vcpus(),
                current.memory().isLessThan(size.memory())
                                && isOfRule(retries.memory())
                                && memoryWaits(true, size)
                        ? current.memory()
                        : size.memory());
    }

    private static boolean isOfRule(Optional<ResizeRetry> retry) {
        return retry.flatMap(ResizeRetry::failure).filter(ResizeFailure::isRule).isPresent();
    }

    private void askScheduler() {
        if (scheduler.request().isPresent()) return;
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
        OpenRequest request = request(target, timing.schedulerTimeout());
        scheduler = scheduler.withRequest(request, now.plus(timing.schedulerEvery()));
        actions.add(new AskScheduler(request.id(), current, target, permit, urgent.isPresent()));
    }

    /// Asks the monitor for a shrink of at most one unit from the largest size it may use.
    private void askMonitor() {
        if (!(monitor instanceof Present present) || !mayTalkTo(present)) return;
        if (resizing instanceof Running || !shrinks() || cooldown.until().isPresent()) return;
        // A monitor that was not notified of any size yet may not know the sizes in the request.
        if (present.minSize().equals(Resources.ZERO)) return;
        Resources target = limits.oneDown(present.maxSize(), wanted.size().min(present.maxSize()));
        if (target.equals(present.maxSize())) return;
        did(Transition.SHRINK_ASKED);
        OpenRequest request = request(target, timing.monitorTimeout());
        monitor = present.withDownscaleRequest(request);
        actions.add(new AskMonitor(present.session(), request.id(), target));
    }

    private boolean mayTalkTo(Present present) {
        return !present.isBusy() && !now.isBefore(present.askAt());
    }

    private boolean shrinks() {
        return current.covers(wanted.size()) && !current.equals(wanted.size());
    }

    private void resize() {
        if (resizing instanceof Running) return;
        // The monitor's answer determines how far to shrink. A resize must not overlap with it.
        if (monitor instanceof Present present && present.downscaleRequest().isPresent()) return;
        Resources target = target();
        boolean stands = target.equals(targetSize.orElse(current));
        if (stands && !isDue(target)) return;

        did(current.covers(target) ? Transition.SHRINK_STARTED : Transition.GROWTH_STARTED);
        OpenRequest request = request(target, timing.resizeTimeout());
        resizing = new Running(request);
        targetSize = Optional.of(target);
        resizedFor = Optional.of(wanted.reason());
        range = range.with(target);
        lookAt = Optional.empty();
        actions.add(new Resize(request.id(), current, target));
    }

    /// Returns whether to request the same target again.
    private boolean isDue(Resources target) {
        boolean cpus =
                target.vcpus() != current.vcpus()
                        && !cpusWait(target.vcpus() > current.vcpus(), target);
        boolean memory =
                !target.memory().equals(current.memory())
                        && !memoryWaits(current.memory().isLessThan(target.memory()), target);
        return cpus || memory || isLimitDue(target);
    }

    private boolean isLimitDue(Resources target) {
        return retries.pageCache()
                .filter(it -> it.direction() == Direction.LIMIT_ONLY && it.isDue(now))
                .filter(_ -> target.memory().equals(current.memory()))
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

    /// Returns the size nearest to the wanted one that the permit and the monitor allow, for each
    /// resource separately. A resource that has to wait keeps its last target.
    private Resources target() {
        Resources upTo = current.max(limits.roundedDown(wanted.size().min(scheduler.permit())));
        Resources downTo =
                monitor instanceof Present present
                        ? limits.roundedUp(wanted.size().max(present.maxSize())).min(current)
                        : current;
        Resources asked = targetSize.orElse(current);
        boolean moreCpus = wanted.size().vcpus() >= current.vcpus();
        boolean moreMemory = !wanted.size().memory().isLessThan(current.memory());
        Resources target =
                new Resources(
                        moreCpus ? upTo.vcpus() : downTo.vcpus(),
                        moreMemory ? upTo.memory() : downTo.memory());
        return new Resources(
                cpusWait(moreCpus, target) ? asked.vcpus() : target.vcpus(),
                memoryWaits(moreMemory, target) ? asked.memory() : target.memory());
    }

    /// Notifies the monitor of more resources, but only of those that the VM has for certain and
    /// that are not about to be removed.
    private void tellMonitor() {
        if (!(monitor instanceof Present present) || !mayTalkTo(present)) return;
        Resources use = wanted.size().max(present.maxSize()).min(range.min());
        if (present.minSize().covers(use)) return;
        Resources size =
                present.minSize().equals(Resources.ZERO)
                        ? use
                        : limits.oneUp(present.minSize(), use.max(present.minSize()));
        did(Transition.MONITOR_TOLD);
        OpenRequest request = request(size, timing.monitorTimeout());
        monitor = present.withNotification(request);
        actions.add(new TellMonitor(present.session(), request.id(), size));
    }

    private void look() {
        if (lookAt.isEmpty() || now.isBefore(lookAt.get()) || resizing instanceof Running) return;
        lookAt = Optional.of(now.plus(timing.resizeRetry()));
        actions.add(new Look());
    }

    /// Updates the resize span. When the size stops changing, it requests the metrics at once, so
    /// that a new CPU measurement starts there.
    private void followResize() {
        boolean open = resizeSpan.filter(ResizeSpan::open).isPresent();
        boolean onItsWay = (open || resizedElsewhere) && !waitsForRoom && !isWhereItWasSent();
        boolean goesOn = resizing instanceof Running || onItsWay;
        if (open) resizeSpan = resizeSpan.map(it -> it.until(now, goesOn));
        else if (goesOn) resizeSpan = Optional.of(ResizeSpan.begin(now, false));
        if (goesOn && !range.min().covers(current))
            resizeSpan = resizeSpan.map(ResizeSpan::shrinking);
        if (!goesOn && (open || resizedElsewhere)) actions.add(new ReadMetrics());
    }

    private boolean isWhereItWasSent() {
        return targetSize.isEmpty() && range.isExact();
    }

    private OpenRequest request(Resources size, Duration timeout) {
        return new OpenRequest(nextId++, size, now.plus(timeout));
    }

    private void did(Transition transition) {
        transitions.add(transition);
    }

    // ---- obstacles

    private Obstacle obstacle() {
        Optional<Obstacle> cache =
                retries.pageCache().map(it -> new Obstacle.HeldByPageCache(it.why()));
        if (current.equals(wanted.size()) && targetSize.isEmpty())
            return cache.orElseGet(Obstacle.None::new);
        if (scheduler.moves()) return new Obstacle.Migrating();
        if (rules.recommendOnly()) return recommendation();
        if (resizing instanceof Running(OpenRequest request))
            return new Obstacle.BeingResized(request.size());
        List<ResizeRetry> failed = retries.failed(now);
        if (!failed.isEmpty())
            return new Obstacle.ResizeFailed(
                    failed.getFirst().failure().orElseThrow(),
                    failed.stream().map(ResizeRetry::why).distinct().collect(joining("; ")));
        if (!shrinks()) return inTheWayUp();
        boolean memoryOnly = current.vcpus() == wanted.size().vcpus();
        return memoryOnly && cache.isPresent() ? cache.get() : inTheWayDown();
    }

    /// Returns the wanted size as far as it is permitted, for each resource separately.
    private Obstacle recommendation() {
        Resources size = wanted.size();
        Resources permitted = current.max(limits.roundedDown(size.min(scheduler.permit())));
        var to =
                new Resources(
                        Math.min(size.vcpus(), permitted.vcpus()),
                        size.memory().min(permitted.memory()));
        return to.equals(current) ? inTheWayUp() : new Obstacle.Recommended(to);
    }

    private Obstacle inTheWayUp() {
        if (scheduler.problem().isPresent())
            return new Obstacle.NotPermitted(scheduler.permit(), scheduler.problem().get());
        if (scheduler.request().isPresent())
            return new Obstacle.SchedulerAsked(scheduler.request().get().size());
        return monitor instanceof Present present && present.downscaleRequest().isPresent()
                ? new Obstacle.MonitorAsked(present.downscaleRequest().get().size())
                : new Obstacle.NotPermitted(scheduler.permit(), "it was not asked yet");
    }

    private Obstacle inTheWayDown() {
        if (!(monitor instanceof Present present)) return new Obstacle.NoMonitor();
        if (present.downscaleRequest().isPresent())
            return new Obstacle.MonitorAsked(present.downscaleRequest().get().size());
        if (cooldown.until().isPresent())
            return new Obstacle.CoolingDown(cooldown.until().get().since(now));
        return present.problem()
                .<Obstacle>map(Obstacle.MonitorFailing::new)
                .orElseGet(() -> new Obstacle.MonitorAsked(wanted.size()));
    }

    // ---- time

    /// Returns the earliest moment at which a deadline passes or a retry is allowed.
    private Moment wakeAt() {
        Moment earliest = scheduler.sayAt();
        for (Moment each :
                Stream.of(
                                scheduler.request().map(OpenRequest::deadline),
                                Optional.of(scheduler.askAt()),
                                running().map(OpenRequest::deadline),
                                retries.cpus().map(ResizeRetry::at),
                                retries.memory().map(ResizeRetry::at),
                                lookAt,
                                urgent.map(UrgentUpscale::changesAt),
                                refusedShrink.map(RefusedShrink::until),
                                memoryFloor.map(MemoryFloor::until),
                                cooldown.until(),
                                demand.changesAt(rules.dampingWindow(), now),
                                demand.goal().map(_ -> demand.readAt().plus(timing.staleAfter())),
                                demand.known().map(it -> it.since().plus(rules.dampingWindow())),
                                ofMonitor(Present::telling).map(OpenRequest::deadline),
                                ofMonitor(Present::downscaleRequest).map(OpenRequest::deadline),
                                ofMonitor(it -> Optional.of(it.askAt())))
                        .flatMap(Optional::stream)
                        .toList())
            if (each.isAfter(now) && (!earliest.isAfter(now) || each.isBefore(earliest)))
                earliest = each;
        // The report to the scheduler is overdue and a request is open: the deadline of that
        // request is among the moments above.
        return earliest.isAfter(now) ? earliest : now.plus(timing.schedulerRetry());
    }

    private <T> Optional<T> ofMonitor(Function<Present, Optional<T>> part) {
        return monitor instanceof Present present ? part.apply(present) : Optional.empty();
    }
}
