package dev.elastigres.core.agent;

import dev.elastigres.core.agent.Event.ResizeEnded;
import dev.elastigres.core.agent.Event.SizeObserved;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// Applies what is learned about a VM's size: the outcomes of resizes, and sizes that were read.
final class ObservedSizeDecision {
    private ObservedSizeDecision() {}

    static void observed(SizeObserved observed, AgentStepBuilder step) {
        VmSize before = step.state().size();
        DriverState driver = step.state().driver();
        Resources size = observed.size();
        boolean arrived = before.target().map(size::equals).orElse(false);
        boolean ours =
                driver.isRunning()
                        || (before.range().max().covers(size) && size.covers(before.range().min()));
        if (!ours) {
            step.add(Transition.RESIZED_ELSEWHERE);
            driver = driver.withSpan(Optional.of(ResizeSpan.seen(driver.span(), step.now())));
            step.set(driver);
        }
        step.observed(size, ours ? driver.reasons() : Optional.empty());
        // While a resize runs, the VM may have its old size, the previous target or the current
        // target.
        if (driver.isRunning()) {
            step.set(step.state().size().with(before.range().with(size)));
            return;
        }
        possible(SizeRange.between(size, observed.requested()), observed.requested(), step);
        // A resize that failed at first has succeeded after all, so its retries are dropped.
        if (arrived) step.set(driver.idle().with(driver.retries().withoutFailures()));
    }

    static void ended(ResizeEnded ended, AgentStepBuilder step) {
        DriverState driver = step.state().driver();
        if (!step.isLive(driver.running(), ended.id())) return;
        OpenRequest request = driver.running().orElseThrow();
        Resources before = step.state().current();
        step.set(driver.idle());
        apply(ended.outcome(), request.size(), before, step);
        Resources current = step.state().current();
        if (!current.equals(before)) changedBy(request, step);
        ResourceSet shrunk = step.affected(ResourceSet.less(current, before));
        step.set(
                step.state()
                        .shrink()
                        .with(shrunk, it -> it.with(it.cooldown().shrunk(step.now()))));
    }

    private static void apply(
            ResizeOutcome outcome, Resources target, Resources before, AgentStepBuilder step) {
        switch (outcome) {
            case ResizeOutcome.Done(Resources size) -> {
                step.add(Transition.RESIZE_DONE);
                arrive(size, target, step);
                set(ResizeRetries.NONE, step);
            }
            case ResizeOutcome.Partial partial -> arriveInPart(partial, target, before, step);
            case ResizeOutcome.Refused(Resources size, String why) -> {
                arrive(size, size, step);
                set(ResizeRetries.NONE, step);
                refused(shrinking(target, before, step).choose(size, Resources.ZERO), why, step);
            }
            case ResizeOutcome.Failed(ResizeFailure failure, String why) -> {
                step.add(Transition.RESIZE_FAILED);
                headFor(target, step);
                set(retries(step).afterFailure(target, failure, false, why), step);
            }
            case ResizeOutcome.PerResource each -> arrivePerResource(each, target, before, step);
        }
    }

    private static void arriveInPart(
            ResizeOutcome.Partial partial,
            Resources target,
            Resources before,
            AgentStepBuilder step) {
        step.add(Transition.RESIZE_PARTIAL);
        Resources size = partial.size();
        arrive(size, target, step);
        String why =
                "it has %s instead of %s%s"
                        .formatted(
                                size.text(),
                                target.text(),
                                partial.why().map(it -> ": " + it).orElse(""));
        set(retries(step).afterFailure(target, ResizeFailure.OTHER, true, why), step);
        if (size.equals(before) && size.covers(target)) {
            step.add(Transition.RESIZE_STUCK);
            keep(shrinking(target, size, step).choose(size, Resources.ZERO), why, step);
        }
    }

    /// Returns the resources that a refused resize to `target` was to take from; both if that
    /// cannot be told.
    private static ResourceSet shrinking(Resources target, Resources from, AgentStepBuilder step) {
        ResourceSet less = ResourceSet.less(target, from);
        return step.affected(less.isEmpty() ? ResourceSet.ALL : less);
    }

    private static void arrivePerResource(
            ResizeOutcome.PerResource outcome,
            Resources target,
            Resources before,
            AgentStepBuilder step) {
        Resources size = outcome.size();
        ResourceOutcome cpus = outcome.cpus();
        ResourceOutcome memory = outcome.memory();
        arrive(
                size,
                new Resources(
                        isPending(cpus) ? target.vcpus() : size.vcpus(),
                        isPending(memory) ? target.memory() : size.memory()),
                step);
        step.waitForRoom();
        set(retries(step).after(outcome, before, target), step);
        step.add(transition(cpus, memory));
        for (ResourceOutcome each : new ResourceOutcome[] {cpus, memory})
            // Only memory can be in use; CPUs may go down meanwhile.
            if (each instanceof ResourceOutcome.InUse(String why))
                refused(new Resources(0, size.memory()), why, step);
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

    /// Abandons a resize that did not end in time. The VM may still reach its target.
    static void expire(AgentStepBuilder step) {
        DriverState driver = step.state().driver();
        if (!step.isOver(driver.running())) return;
        step.add(Transition.RESIZE_HUNG);
        Resources target = driver.running().orElseThrow().size();
        step.set(driver.idle());
        headFor(target, step);
        String why = "it did not end within " + step.timing().resizeTimeout().toSeconds() + " s";
        set(retries(step).afterFailure(target, ResizeFailure.OTHER, false, why), step);
    }

    /// Drops the retries that no longer matter for the way to `wanted`.
    static void dropIrrelevantRetries(Resources wanted, AgentStepBuilder step) {
        Resources current = step.state().current();
        ResizeRetries retries = step.state().driver().retries();
        set(retries.relevant(current, wanted, step.now()), step);
    }

    // ---- changes of the state

    /// Records an observed size and the target that the VM may still reach.
    private static void arrive(Resources size, Resources target, AgentStepBuilder step) {
        step.observed(size, step.state().driver().reasons());
        possible(SizeRange.between(size, target), target, step);
    }

    private static void possible(SizeRange range, Resources target, AgentStepBuilder step) {
        step.set(step.state().size().with(range));
        headFor(target, step);
    }

    private static void headFor(Resources target, AgentStepBuilder step) {
        Moment look = step.now().plus(step.timing().resizeBackoff());
        step.set(step.state().size().headingFor(target, look));
    }

    private static RetryPolicy retries(AgentStepBuilder step) {
        return new RetryPolicy(
                step.state().driver().retries(),
                step.state().current(),
                step.timing().resizeBackoff(),
                step.now());
    }

    private static void set(ResizeRetries retries, AgentStepBuilder step) {
        step.set(step.state().driver().with(retries));
    }

    private static void changedBy(OpenRequest request, AgentStepBuilder step) {
        DriverState driver = step.state().driver();
        long timeout = step.timing().resizeTimeout().toNanos();
        var call = new Moment(request.deadline().nanos() - timeout);
        step.set(driver.withSpan(driver.span().map(it -> it.changedBy(call))));
    }

    /// @param min the size that the VM keeps; zero for a resource whose shrink was not refused
    private static void refused(Resources min, String why, AgentStepBuilder step) {
        step.add(Transition.RESIZE_REFUSED);
        keep(min, why, step);
    }

    private static void keep(Resources min, String why, AgentStepBuilder step) {
        ResourceSet set = step.affected(ResourceSet.in(min));
        step.set(
                step.state()
                        .shrink()
                        .refusedByDriver(set, min, why, step.rules().cooldown(), step.now()));
    }
}
