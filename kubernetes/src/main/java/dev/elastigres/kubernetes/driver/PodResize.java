package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.core.agent.ResizeFailure;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.agent.ResourceOutcome;
import dev.elastigres.core.agent.ResourceOutcome.Done;
import dev.elastigres.core.agent.ResourceOutcome.Failed;
import dev.elastigres.core.agent.ResourceOutcome.HeldByPageCache;
import dev.elastigres.core.agent.ResourceOutcome.InUse;
import dev.elastigres.core.agent.ResourceOutcome.Pending;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.driver.ResizeCounts.ResizeResult;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One resize of a pod, CPUs and memory independently.
///
/// The kubelet takes or refuses the resources of a pod as a whole. So what can be sure to be taken
/// goes into one patch: CPUs either way, requests, and memory that grows. A memory limit that is to
/// be lowered, and may be refused for page cache, gets a patch of its own after that. If the
/// kubelet refuses both, each is tried again on its own, and a refused one is withdrawn, so that it
/// does not block the other.
final class PodResize {
    private static final double ROUNDING = 1e-9;

    private final ResizablePod pod;
    private final Resources to;
    private final ComputeUnit unit;
    private final Resources before;
    private final Bytes limitBefore;

    /// In force by now.
    private Resources size;

    private Bytes limit;
    private final Map<ResizePart, ResourceOutcome> outcomes = new EnumMap<>(ResizePart.class);
    private final Set<ResizePart> deferred = EnumSet.noneOf(ResizePart.class);

    /// Whether there was no time for something.
    private boolean late;

    enum ResizePart {
        CPUS,
        MEMORY
    }

    /// @param unit the step in which it is found out how much the cluster's rules let through
    PodResize(ResizablePod pod, Resources to, ComputeUnit unit)
            throws DriverException, InterruptedException {
        this.pod = pod;
        this.to = to;
        this.unit = unit;
        before = pod.size();
        limitBefore = pod.memoryLimit();
        size = before;
        limit = limitBefore;
    }

    ResizeOutcome run() throws DriverException, InterruptedException {
        Bytes memory = to.memory();
        if (pod.hasMemoryLimit() && memory.isLessThan(before.memory())) {
            Optional<String> tooLittle = pod.tooLittle(memory);
            if (tooLittle.isPresent()) {
                end(
                        ResizePart.MEMORY,
                        new InUse(tooLittle.get()),
                        ResizeResult.IN_USE,
                        tooLittle.get());
                memory = before.memory();
            }
        }
        boolean stays = outcomes.containsKey(ResizePart.MEMORY);
        boolean lowers = pod.hasMemoryLimit() && memory.isLessThan(limitBefore) && !stays;
        // The limit is above the size because page cache kept it from being lowered.
        boolean later = lowers && (memory.equals(before.memory()) || !pod.isFree(memory));
        if (later)
            first(
                    new Resources(to.vcpus(), pod.letsLimitExceedSize() ? memory : before.memory()),
                    limitBefore,
                    true);
        else first(new Resources(to.vcpus(), memory), stays ? limitBefore : memory, false);
        if (later && !outcomes.containsKey(ResizePart.MEMORY)) {
            if (late)
                pending(
                        ResizePart.MEMORY,
                        ResizeResult.LATE,
                        "the kubelet has not applied the first patch");
            else lower(memory);
        }
        if (!deferred.isEmpty()) leaveWaiting(to, memory);
        return outcome();
    }

    /// Requests the deferred parts again, now that they cannot block the others.
    private void leaveWaiting(Resources target, Bytes targetLimit)
            throws DriverException, InterruptedException {
        boolean memory = deferred.contains(ResizePart.MEMORY);
        pod.ask(
                new Resources(
                        deferred.contains(ResizePart.CPUS) ? target.vcpus() : size.vcpus(),
                        memory ? targetLimit : size.memory()),
                memory ? targetLimit : limit);
    }

    // ---- the first patch

    private void first(Resources target, Bytes targetLimit, boolean lowersLater)
            throws DriverException, InterruptedException {
        List<ResizePart> changed = changed(target, targetLimit);
        if (changed.isEmpty()) {
            // A lower limit that is pending is tried next; anything else that is pending is taken
            // back.
            if (!lowersLater) pod.ask(target, targetLimit);
            return;
        }
        ResizeProgress progress = pod.apply(target, targetLimit);
        switch (progress) {
            case ResizeProgress.InForce() -> inForce(target, targetLimit);
            case ResizeProgress.InProgress() -> {
                for (ResizePart each : changed) refused(each, target, targetLimit, progress);
            }
            case ResizeProgress.Deferred _,
                    ResizeProgress.Infeasible _,
                    ResizeProgress.Rejected _,
                    ResizeProgress.Failing _ -> {
                if (changed.size() == 1) refused(changed.getFirst(), target, targetLimit, progress);
                else oneByOne(target, targetLimit);
            }
        }
    }

    private void inForce(Resources reached, Bytes reachedLimit) {
        size = reached;
        limit = reachedLimit;
    }

    private List<ResizePart> changed(Resources target, Bytes targetLimit) {
        var changed = new ArrayList<ResizePart>();
        boolean lessCpus = target.vcpus() < size.vcpus();
        if (lessCpus) changed.add(ResizePart.CPUS);
        if (!target.memory().equals(size.memory()) || !targetLimit.equals(limit))
            changed.add(ResizePart.MEMORY);
        if (!lessCpus && target.vcpus() != size.vcpus()) changed.add(ResizePart.CPUS);
        return changed;
    }

    /// What frees something first, then memory, which is the more urgent.
    private void oneByOne(Resources target, Bytes targetLimit)
            throws DriverException, InterruptedException {
        for (ResizePart each : changed(target, targetLimit)) {
            Resources alone = with(each, size, target);
            Bytes aloneLimit = each == ResizePart.MEMORY ? targetLimit : limit;
            refused(each, alone, aloneLimit, pod.apply(alone, aloneLimit));
        }
    }

    private static Resources with(ResizePart part, Resources some, Resources target) {
        return switch (part) {
            case CPUS -> new Resources(target.vcpus(), some.memory());
            case MEMORY -> new Resources(some.vcpus(), target.memory());
        };
    }

    /// Nothing else was changed with it.
    private void refused(
            ResizePart part, Resources target, Bytes targetLimit, ResizeProgress progress)
            throws DriverException, InterruptedException {
        switch (progress) {
            case ResizeProgress.InForce() -> inForce(target, targetLimit);
            case ResizeProgress.InProgress() -> {
                late = true;
                pending(part, ResizeResult.LATE, "the kubelet has not done it");
            }
            case ResizeProgress.Deferred(String why) -> {
                deferred.add(part);
                end(
                        part,
                        new Pending(ResizeFailure.NO_ROOM, "deferred by the kubelet: " + why),
                        ResizeResult.DEFERRED,
                        why);
            }
            case ResizeProgress.Infeasible(ResizeFailure failure, String why) -> {
                pod.ask(size, limit);
                end(part, new Failed(failure, why), ResizeResult.INFEASIBLE, why);
            }
            case ResizeProgress.Rejected(ResizeFailure failure, String why) -> {
                boolean done = reachAdmitted(part, target, targetLimit);
                end(
                        part,
                        done ? new Failed(failure, why) : new Pending(failure, why),
                        ResizeResult.REJECTED,
                        why);
            }
            case ResizeProgress.Failing(String why) -> {
                if (part == ResizePart.MEMORY && targetLimit.isLessThan(limit))
                    notLowered(target, targetLimit, why, Optional.empty());
                else pending(part, ResizeResult.FAILED, "the kubelet cannot: " + why);
            }
        }
    }

    /// A quota that has no room for all may have it for a part. The part is found by halving, with
    /// requests that change nothing.
    ///
    /// @param target that was rejected
    /// @return whether the admitted part is in force
    private boolean reachAdmitted(ResizePart part, Resources target, Bytes targetLimit)
            throws DriverException, InterruptedException {
        // A limit above the size is a step on the way down, not a goal.
        if (part == ResizePart.MEMORY && !targetLimit.equals(target.memory())) return true;
        int admitted = 0;
        int rejected = steps(part, target);
        while (rejected - admitted > 1) {
            int between = admitted + (rejected - admitted) / 2;
            Resources some = step(part, target, between);
            if (pod.admits(some, part == ResizePart.MEMORY ? some.memory() : limit))
                admitted = between;
            else rejected = between;
        }
        if (admitted == 0) return true;
        Resources some = step(part, target, admitted);
        Bytes someLimit = part == ResizePart.MEMORY ? some.memory() : limit;
        return switch (pod.apply(some, someLimit)) {
            case ResizeProgress.InForce() -> {
                inForce(some, someLimit);
                yield true;
            }
            case ResizeProgress.Rejected _ -> true;
            case ResizeProgress.InProgress() -> false;
            case ResizeProgress.Deferred _,
                    ResizeProgress.Infeasible _,
                    ResizeProgress.Failing _ -> {
                pod.ask(size, limit);
                yield true;
            }
        };
    }

    private int steps(ResizePart part, Resources target) {
        double steps =
                switch (part) {
                    case CPUS -> Math.abs(target.vcpus() - size.vcpus()) / unit.vcpus();
                    case MEMORY ->
                            (double) Math.abs(target.memory().value() - size.memory().value())
                                    / unit.memory().value();
                };
        return (int) Math.ceil(steps - ROUNDING);
    }

    /// Returns the present size plus `units` units, at most `target`.
    private Resources step(ResizePart part, Resources target, int units) {
        Resources more = size.plus(unit.times(units)).min(target);
        Resources less = size.minus(unit.times(units)).max(target);
        return with(part, size, size.covers(target) ? less : more);
    }

    // ---- a lower memory limit

    private void lower(Bytes memory) throws DriverException, InterruptedException {
        PodMemoryLimits.MemoryLimitPlan plan = pod.plan(limit, memory);
        var target =
                new Resources(
                        size.vcpus(),
                        pod.letsLimitExceedSize()
                                ? size.memory()
                                : plan.limit().min(size.memory()));
        if (plan.limit().isLessThan(limit)) {
            ResizeProgress progress = pod.apply(target, plan.limit());
            switch (progress) {
                case ResizeProgress.InForce() -> inForce(target, plan.limit());
                case ResizeProgress.Failing(String why) ->
                        notLowered(target, plan.limit(), why, plan.heldBy());
                case ResizeProgress.InProgress(),
                        ResizeProgress.Deferred _,
                        ResizeProgress.Infeasible _,
                        ResizeProgress.Rejected _ ->
                        refused(ResizePart.MEMORY, target, plan.limit(), progress);
            }
        }
        if (!outcomes.containsKey(ResizePart.MEMORY) && plan.heldBy().isPresent())
            held(plan.heldBy().get());
    }

    /// The kubelet retries a failed resize until it is replaced, so one that could succeed at an
    /// unexpected time is taken back. A limit that fits by the kernel's figures stays pending: the
    /// kubelet's usage figure is up to 30 s old, so it fails at first whenever much page cache was
    /// freed just before. If usage rose again in the meantime, page cache is freed once more.
    private void notLowered(
            Resources target, Bytes targetLimit, String why, Optional<String> heldBy)
            throws DriverException, InterruptedException {
        if (pod.fits(targetLimit)) {
            if (awaitKubelet(targetLimit, why)) return;
            pod.ask(size, limit);
            held("page cache grows faster than it can be freed: " + why);
            return;
        }
        Optional<String> tooLittle =
                target.memory().isLessThan(before.memory())
                        ? pod.tooLittle(targetLimit)
                        : Optional.empty();
        if (tooLittle.isEmpty()
                && !targetLimit.isLessThan(pod.plan(limit, targetLimit).limit())
                && awaitKubelet(targetLimit, why)) return;
        if (tooLittle.isPresent()) {
            pod.ask(new Resources(size.vcpus(), before.memory()), limit);
            end(
                    ResizePart.MEMORY,
                    new InUse(tooLittle.get()),
                    ResizeResult.IN_USE,
                    tooLittle.get());
        } else {
            pod.ask(size, limit);
            held(heldBy.map(it -> it + "; " + why).orElse(why));
        }
    }

    private boolean awaitKubelet(Bytes targetLimit, String why) throws DriverException {
        if (!pod.awaitsKubelet(targetLimit)) return false;
        String clause = "the kubelet has not measured yet that page cache was freed: " + why;
        end(
                ResizePart.MEMORY,
                new Pending(ResizeFailure.OUTDATED_USAGE, clause),
                ResizeResult.LATE,
                clause);
        return true;
    }

    // ---- outcomes

    private void pending(ResizePart part, ResizeResult ending, String why) {
        end(part, new Pending(why), ending, why);
    }

    private void held(String why) {
        end(ResizePart.MEMORY, new HeldByPageCache(why), ResizeResult.HELD_BY_PAGE_CACHE, why);
    }

    private void end(ResizePart part, ResourceOutcome outcome, ResizeResult ending, String why) {
        outcomes.put(part, outcome);
        pod.ended(part, ending, failure(outcome), why);
    }

    private static Optional<ResizeFailure> failure(ResourceOutcome outcome) {
        return switch (outcome) {
            case Pending(ResizeFailure failure, String _) -> Optional.of(failure);
            case Failed(ResizeFailure failure, String _) -> Optional.of(failure);
            case Done(), InUse _, HeldByPageCache _ -> Optional.empty();
        };
    }

    private ResizeOutcome outcome() throws DriverException, InterruptedException {
        if (to.vcpus() != before.vcpus()) doneUnlessEnded(ResizePart.CPUS);
        boolean limitLowered = pod.hasMemoryLimit() && !limit.equals(limitBefore);
        if (!to.memory().equals(before.memory()) || limitLowered)
            doneUnlessEnded(ResizePart.MEMORY);
        if (outcomes.isEmpty()) return new ResizeOutcome.Done(to);
        return new ResizeOutcome.PerResource(
                pod.size(),
                outcomes.getOrDefault(ResizePart.CPUS, new Done()),
                outcomes.getOrDefault(ResizePart.MEMORY, new Done()));
    }

    private void doneUnlessEnded(ResizePart part) {
        if (!outcomes.containsKey(part)) pod.ended(part, ResizeResult.DONE, Optional.empty(), "");
    }
}
