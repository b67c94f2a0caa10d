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

/// Performs one resize of a pod, CPUs and memory independently.
///
/// The kubelet accepts or refuses all resources of a pod together. The first patch therefore
/// contains only changes that page cache cannot prevent: CPUs, requests, and an increase of
/// memory. A lower memory limit, which the kubelet refuses while page cache occupies the memory,
/// gets a second patch. If the kubelet refuses a patch with both resources, each is tried alone,
/// and a refused change is withdrawn so that it does not block the other.
final class PodResize {
    private static final double ROUNDING = 1e-9;

    private final ResizablePod pod;
    private final Resources to;
    private final ComputeUnit unit;
    private final Resources before;
    private final Bytes limitBefore;

    /// The size in force at this point of the resize.
    private Resources size;

    private Bytes limit;
    private final Map<ResizePart, ResourceOutcome> outcomes = new EnumMap<>(ResizePart.class);
    private final Set<ResizePart> deferred = EnumSet.noneOf(ResizePart.class);

    /// Whether the deadline passed while a patch was not in force.
    private boolean late;

    enum ResizePart {
        CPUS,
        MEMORY
    }

    /// @param unit step of the search for the largest size that the cluster's rules admit
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
        // Equal sizes: page cache prevented an earlier resize from lowering the limit.
        boolean lowersLater = lowers && (memory.equals(before.memory()) || !pod.isFree(memory));
        if (lowersLater)
            patchFirst(
                    new Resources(to.vcpus(), pod.letsLimitExceedSize() ? memory : before.memory()),
                    limitBefore,
                    true);
        else patchFirst(new Resources(to.vcpus(), memory), stays ? limitBefore : memory, false);
        if (lowersLater && !outcomes.containsKey(ResizePart.MEMORY)) {
            if (late)
                endPending(
                        ResizePart.MEMORY,
                        ResizeResult.LATE,
                        "the kubelet has not applied the first patch");
            else lowerLimit(memory);
        }
        if (!deferred.isEmpty()) requestDeferred(to, memory);
        return outcome();
    }

    /// Requests the deferred parts again. The other parts have ended, so these cannot block them.
    private void requestDeferred(Resources target, Bytes targetLimit)
            throws DriverException, InterruptedException {
        boolean memory = deferred.contains(ResizePart.MEMORY);
        pod.request(
                new Resources(
                        deferred.contains(ResizePart.CPUS) ? target.vcpus() : size.vcpus(),
                        memory ? targetLimit : size.memory()),
                memory ? targetLimit : limit);
    }

    // ---- the first patch

    private void patchFirst(Resources target, Bytes targetLimit, boolean lowersLater)
            throws DriverException, InterruptedException {
        List<ResizePart> changed = changed(target, targetLimit);
        if (changed.isEmpty()) {
            // A pending lower limit is requested next; any other pending change is withdrawn.
            if (!lowersLater) pod.request(target, targetLimit);
            return;
        }
        ResizeProgress progress = pod.apply(target, targetLimit);
        switch (progress) {
            case ResizeProgress.InForce() -> setInForce(target, targetLimit);
            case ResizeProgress.InProgress() -> {
                for (ResizePart each : changed) end(each, target, targetLimit, progress);
            }
            case ResizeProgress.Deferred _,
                    ResizeProgress.Infeasible _,
                    ResizeProgress.Rejected _,
                    ResizeProgress.Failing _ -> {
                if (changed.size() == 1) end(changed.getFirst(), target, targetLimit, progress);
                else applyOneByOne(target, targetLimit);
            }
        }
    }

    private void setInForce(Resources reached, Bytes reachedLimit) {
        size = reached;
        limit = reachedLimit;
    }

    /// Returns the parts that differ from the size in force, in the order in which they are tried
    /// alone: a decrease of CPUs first because it frees room, then memory because a shortage of
    /// memory kills the container.
    private List<ResizePart> changed(Resources target, Bytes targetLimit) {
        var changed = new ArrayList<ResizePart>();
        boolean lessCpus = target.vcpus() < size.vcpus();
        if (lessCpus) changed.add(ResizePart.CPUS);
        if (!target.memory().equals(size.memory()) || !targetLimit.equals(limit))
            changed.add(ResizePart.MEMORY);
        if (!lessCpus && target.vcpus() != size.vcpus()) changed.add(ResizePart.CPUS);
        return changed;
    }

    /// Applies each part alone. A part that the cluster's rules reject is ended last, because the
    /// search for the admitted step takes several requests and a change of its own, and the other
    /// part needs the kubelet within the same timeout.
    private void applyOneByOne(Resources target, Bytes targetLimit)
            throws DriverException, InterruptedException {
        var rejected = new EnumMap<ResizePart, ResizeProgress>(ResizePart.class);
        for (ResizePart each : changed(target, targetLimit)) {
            ResizeProgress progress = pod.apply(with(each, size, target), limit(each, targetLimit));
            if (progress instanceof ResizeProgress.Rejected) rejected.put(each, progress);
            else end(each, with(each, size, target), limit(each, targetLimit), progress);
        }
        for (var entry : rejected.entrySet()) {
            ResizePart part = entry.getKey();
            end(part, with(part, size, target), limit(part, targetLimit), entry.getValue());
        }
    }

    private Bytes limit(ResizePart part, Bytes targetLimit) {
        return part == ResizePart.MEMORY ? targetLimit : limit;
    }

    private static Resources with(ResizePart part, Resources some, Resources target) {
        return switch (part) {
            case CPUS -> new Resources(target.vcpus(), some.memory());
            case MEMORY -> new Resources(some.vcpus(), target.memory());
        };
    }

    /// Handles the result of a patch that changed `part` alone, or that was late.
    private void end(ResizePart part, Resources target, Bytes targetLimit, ResizeProgress progress)
            throws DriverException, InterruptedException {
        switch (progress) {
            case ResizeProgress.InForce() -> setInForce(target, targetLimit);
            case ResizeProgress.InProgress() -> {
                late = true;
                endPending(part, ResizeResult.LATE, "the kubelet has not applied it in time");
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
                pod.request(size, limit);
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
                else
                    endPending(part, ResizeResult.FAILED, "the kubelet failed to apply it: " + why);
            }
        }
    }

    /// Applies the largest admitted step towards a rejected target, because a quota may have room
    /// for a part of the change. A binary search with dry-run requests finds the step.
    ///
    /// @param target the rejected size
    /// @return false if the admitted size is not in force at the deadline
    private boolean reachAdmitted(ResizePart part, Resources target, Bytes targetLimit)
            throws DriverException, InterruptedException {
        // The limit is above the size, so it is only an intermediate step of a decrease.
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
                setInForce(some, someLimit);
                yield true;
            }
            case ResizeProgress.Rejected _ -> true;
            case ResizeProgress.InProgress() -> false;
            case ResizeProgress.Deferred _,
                    ResizeProgress.Infeasible _,
                    ResizeProgress.Failing _ -> {
                pod.request(size, limit);
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

    /// Returns the current size, changed by `units` units towards `target` and not beyond it.
    private Resources step(ResizePart part, Resources target, int units) {
        Resources more = size.plus(unit.times(units)).min(target);
        Resources less = size.minus(unit.times(units)).max(target);
        return with(part, size, size.covers(target) ? less : more);
    }

    // ---- a lower memory limit

    private void lowerLimit(Bytes memory) throws DriverException, InterruptedException {
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
                case ResizeProgress.InForce() -> setInForce(target, plan.limit());
                case ResizeProgress.Failing(String why) ->
                        notLowered(target, plan.limit(), why, plan.heldBy());
                case ResizeProgress.InProgress(),
                        ResizeProgress.Deferred _,
                        ResizeProgress.Infeasible _,
                        ResizeProgress.Rejected _ ->
                        end(ResizePart.MEMORY, target, plan.limit(), progress);
            }
        }
        if (!outcomes.containsKey(ResizePart.MEMORY) && plan.heldBy().isPresent())
            endHeldByPageCache(plan.heldBy().get());
    }

    /// Handles a lower limit that the kubelet failed to apply.
    ///
    /// The kubelet retries a failed resize until another one replaces it, so a resize that could
    /// succeed at an unexpected time is withdrawn. A limit that the kernel would accept stays
    /// pending: the kubelet's usage figure is up to 30 s old, so the first attempt fails if much
    /// page cache was freed just before. If usage has risen again, page cache is freed once more.
    private void notLowered(
            Resources target, Bytes targetLimit, String why, Optional<String> heldBy)
            throws DriverException, InterruptedException {
        if (pod.fits(targetLimit)) {
            if (awaitKubelet(targetLimit, why)) return;
            pod.request(size, limit);
            endHeldByPageCache("page cache grows faster than it can be freed: " + why);
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
            pod.request(new Resources(size.vcpus(), before.memory()), limit);
            end(
                    ResizePart.MEMORY,
                    new InUse(tooLittle.get()),
                    ResizeResult.IN_USE,
                    tooLittle.get());
        } else {
            pod.request(size, limit);
            endHeldByPageCache(heldBy.map(it -> it + "; " + why).orElse(why));
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

    private void endPending(ResizePart part, ResizeResult ending, String why) {
        end(part, new Pending(why), ending, why);
    }

    private void endHeldByPageCache(String why) {
        end(ResizePart.MEMORY, new HeldByPageCache(why), ResizeResult.HELD_BY_PAGE_CACHE, why);
    }

    private void end(ResizePart part, ResourceOutcome outcome, ResizeResult ending, String why) {
        outcomes.put(part, outcome);
        pod.record(part, ending, failureOf(outcome), why);
    }

    private static Optional<ResizeFailure> failureOf(ResourceOutcome outcome) {
        return switch (outcome) {
            case Pending(ResizeFailure failure, String _) -> Optional.of(failure);
            case Failed(ResizeFailure failure, String _) -> Optional.of(failure);
            case Done(), InUse _, HeldByPageCache _ -> Optional.empty();
        };
    }

    private ResizeOutcome outcome() throws DriverException, InterruptedException {
        if (to.vcpus() != before.vcpus()) endDoneUnlessEnded(ResizePart.CPUS);
        boolean limitLowered = pod.hasMemoryLimit() && !limit.equals(limitBefore);
        if (!to.memory().equals(before.memory()) || limitLowered)
            endDoneUnlessEnded(ResizePart.MEMORY);
        if (outcomes.isEmpty()) return new ResizeOutcome.Done(to);
        return new ResizeOutcome.PerResource(
                pod.size(),
                outcomes.getOrDefault(ResizePart.CPUS, new Done()),
                outcomes.getOrDefault(ResizePart.MEMORY, new Done()));
    }

    private void endDoneUnlessEnded(ResizePart part) {
        if (!outcomes.containsKey(part)) pod.record(part, ResizeResult.DONE, Optional.empty(), "");
    }
}
