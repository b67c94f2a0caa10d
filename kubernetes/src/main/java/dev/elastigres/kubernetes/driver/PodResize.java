package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.core.agent.Outcome;
import dev.elastigres.core.agent.ResizeFailure;
import dev.elastigres.core.agent.ResourceOutcome;
import dev.elastigres.core.agent.ResourceOutcome.Done;
import dev.elastigres.core.agent.ResourceOutcome.Failed;
import dev.elastigres.core.agent.ResourceOutcome.HeldByPageCache;
import dev.elastigres.core.agent.ResourceOutcome.InUse;
import dev.elastigres.core.agent.ResourceOutcome.Pending;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.driver.ResizeCounts.Ending;
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
/// be lowered, and may be refused for page cache, gets a patch of its own after that. What is
/// refused together is tried again one by one, and what is refused then is taken back, for it would
/// hold up the other.
final class PodResize {
    private static final double ROUNDING = 1e-9;

    private final Pod pod;
    private final Resources to;
    private final ComputeUnit unit;
    private final Resources before;
    private final Bytes limitBefore;

    /// In force by now.
    private Resources size;

    private Bytes limit;
    private final Map<Part, ResourceOutcome> outcomes = new EnumMap<>(Part.class);
    private final Set<Part> deferred = EnumSet.noneOf(Part.class);

    /// Whether there was no time for something.
    private boolean late;

    /// What is done to the pod.
    interface Pod {
        /// What is in force now, by the kubelet's word and the kernel's.
        Resources size() throws DriverException, InterruptedException;

        /// The memory limit in force; the size's memory where none is changed.
        Bytes memoryLimit() throws DriverException;

        /// Whether the memory limit is changed with the size.
        boolean hasMemoryLimit() throws DriverException;

        /// Whether the memory limit may be above the size.
        boolean letsLimitExceedSize() throws DriverException;

        /// Has it ask for this, and waits for what becomes of that.
        Progress apply(Resources size, Bytes memoryLimit)
                throws DriverException, InterruptedException;

        /// Whether the rules of the cluster let it ask for this. Nothing is changed.
        boolean admits(Resources size, Bytes memoryLimit)
                throws DriverException, InterruptedException;

        /// Has it ask for this.
        void ask(Resources size, Bytes memoryLimit) throws DriverException, InterruptedException;

        /// Why so little memory would be less than it needs; empty when it would not.
        Optional<String> tooLittle(Bytes memory) throws DriverException, InterruptedException;

        /// Whether nothing is in the way of this lower limit.
        boolean isFree(Bytes memoryLimit) throws DriverException, InterruptedException;

        /// Frees page cache for a lower limit.
        MemoryLimits.Plan plan(Bytes from, Bytes to) throws DriverException, InterruptedException;

        /// Whether the kernel would take this limit now, whatever the kubelet says.
        boolean fits(Bytes memoryLimit) throws DriverException, InterruptedException;

        /// One resource's part is over.
        ///
        /// @param failure what kept it from being done, where that is known
        /// @param why one clause; empty when it is done
        void ended(Part part, Ending ending, Optional<ResizeFailure> failure, String why);
    }

    /// Which of the two.
    enum Part {
        CPUS,
        MEMORY
    }

    /// @param unit the step in which it is found out how much the cluster's rules let through
    PodResize(Pod pod, Resources to, ComputeUnit unit)
            throws DriverException, InterruptedException {
        this.pod = pod;
        this.to = to;
        this.unit = unit;
        before = pod.size();
        limitBefore = pod.memoryLimit();
        size = before;
        limit = limitBefore;
    }

    Outcome run() throws DriverException, InterruptedException {
        Bytes memory = to.memory();
        if (pod.hasMemoryLimit() && memory.isLessThan(before.memory())) {
            Optional<String> tooLittle = pod.tooLittle(memory);
            if (tooLittle.isPresent()) {
                end(Part.MEMORY, new InUse(tooLittle.get()), Ending.IN_USE, tooLittle.get());
                memory = before.memory();
            }
        }
        boolean stays = outcomes.containsKey(Part.MEMORY);
        boolean lowers = pod.hasMemoryLimit() && memory.isLessThan(limitBefore) && !stays;
        // A limit that stays behind was not free a moment ago.
        boolean later = lowers && (memory.equals(before.memory()) || !pod.isFree(memory));
        if (later)
            first(
                    new Resources(to.vcpus(), pod.letsLimitExceedSize() ? memory : before.memory()),
                    limitBefore,
                    true);
        else first(new Resources(to.vcpus(), memory), stays ? limitBefore : memory, false);
        if (later && !outcomes.containsKey(Part.MEMORY)) {
            if (late)
                pending(Part.MEMORY, Ending.LATE, "the kubelet has not done what comes first");
            else lower(memory);
        }
        if (!deferred.isEmpty()) leaveWaiting(to, memory);
        return outcome();
    }

    /// What has to wait is left to wait, where it holds up nothing any more.
    private void leaveWaiting(Resources target, Bytes targetLimit)
            throws DriverException, InterruptedException {
        boolean memory = deferred.contains(Part.MEMORY);
        pod.ask(
                new Resources(
                        deferred.contains(Part.CPUS) ? target.vcpus() : size.vcpus(),
                        memory ? targetLimit : size.memory()),
                memory ? targetLimit : limit);
    }

    // ---- what is sure

    private void first(Resources target, Bytes targetLimit, boolean lowersLater)
            throws DriverException, InterruptedException {
        List<Part> changed = changed(target, targetLimit);
        if (changed.isEmpty()) {
            // A lower limit that is pending is tried next; anything else that is pending is taken
            // back.
            if (!lowersLater) pod.ask(target, targetLimit);
            return;
        }
        Progress progress = pod.apply(target, targetLimit);
        switch (progress) {
            case Progress.InForce() -> inForce(target, targetLimit);
            case Progress.Underway() -> {
                for (Part each : changed) refused(each, target, targetLimit, progress);
            }
            case Progress.Deferred _,
                    Progress.Infeasible _,
                    Progress.Rejected _,
                    Progress.Failing _ -> {
                if (changed.size() == 1) refused(changed.getFirst(), target, targetLimit, progress);
                else oneByOne(target, targetLimit);
            }
        }
    }

    private void inForce(Resources reached, Bytes reachedLimit) {
        size = reached;
        limit = reachedLimit;
    }

    private List<Part> changed(Resources target, Bytes targetLimit) {
        var changed = new ArrayList<Part>();
        boolean lessCpus = target.vcpus() < size.vcpus();
        if (lessCpus) changed.add(Part.CPUS);
        if (!target.memory().equals(size.memory()) || !targetLimit.equals(limit))
            changed.add(Part.MEMORY);
        if (!lessCpus && target.vcpus() != size.vcpus()) changed.add(Part.CPUS);
        return changed;
    }

    /// What frees something first, then memory, which is the more urgent.
    private void oneByOne(Resources target, Bytes targetLimit)
            throws DriverException, InterruptedException {
        for (Part each : changed(target, targetLimit)) {
            Resources alone = with(each, size, target);
            Bytes aloneLimit = each == Part.MEMORY ? targetLimit : limit;
            refused(each, alone, aloneLimit, pod.apply(alone, aloneLimit));
        }
    }

    private static Resources with(Part part, Resources some, Resources target) {
        return switch (part) {
            case CPUS -> new Resources(target.vcpus(), some.memory());
            case MEMORY -> new Resources(some.vcpus(), target.memory());
        };
    }

    /// Nothing else was changed with it.
    private void refused(Part part, Resources target, Bytes targetLimit, Progress progress)
            throws DriverException, InterruptedException {
        switch (progress) {
            case Progress.InForce() -> inForce(target, targetLimit);
            case Progress.Underway() -> {
                late = true;
                pending(part, Ending.LATE, "the kubelet has not done it");
            }
            case Progress.Deferred(String why) -> {
                deferred.add(part);
                end(
                        part,
                        new Pending(ResizeFailure.NO_ROOM, "it waits its turn: " + why),
                        Ending.DEFERRED,
                        why);
            }
            case Progress.Infeasible(ResizeFailure failure, String why) -> {
                pod.ask(size, limit);
                end(part, new Failed(failure, why), Ending.INFEASIBLE, why);
            }
            case Progress.Rejected(ResizeFailure failure, String why) -> {
                boolean done = reachAdmitted(part, target, targetLimit);
                end(
                        part,
                        done ? new Failed(failure, why) : new Pending(failure, why),
                        Ending.REJECTED,
                        why);
            }
            case Progress.Failing(String why) -> {
                if (part == Part.MEMORY && targetLimit.isLessThan(limit))
                    notLowered(target, targetLimit, why, Optional.empty());
                else pending(part, Ending.FAILED, "the kubelet cannot: " + why);
            }
        }
    }

    /// A quota that has no room for all may have it for a part. The part is found by halving, with
    /// requests that change nothing.
    ///
    /// @param target that was rejected
    /// @return whether what can be had is there
    private boolean reachAdmitted(Part part, Resources target, Bytes targetLimit)
            throws DriverException, InterruptedException {
        // A limit above the size is what page cache left, and nobody's goal.
        if (part == Part.MEMORY && !targetLimit.equals(target.memory())) return true;
        int admitted = 0;
        int rejected = steps(part, target);
        while (rejected - admitted > 1) {
            int between = admitted + (rejected - admitted) / 2;
            Resources some = step(part, target, between);
            if (pod.admits(some, part == Part.MEMORY ? some.memory() : limit)) admitted = between;
            else rejected = between;
        }
        if (admitted == 0) return true;
        Resources some = step(part, target, admitted);
        Bytes someLimit = part == Part.MEMORY ? some.memory() : limit;
        return switch (pod.apply(some, someLimit)) {
            case Progress.InForce() -> {
                inForce(some, someLimit);
                yield true;
            }
            case Progress.Rejected _ -> true;
            case Progress.Underway() -> false;
            case Progress.Deferred _, Progress.Infeasible _, Progress.Failing _ -> {
                pod.ask(size, limit);
                yield true;
            }
        };
    }

    private int steps(Part part, Resources target) {
        double steps =
                switch (part) {
                    case CPUS -> Math.abs(target.vcpus() - size.vcpus()) / unit.vcpus();
                    case MEMORY ->
                            (double) Math.abs(target.memory().value() - size.memory().value())
                                    / unit.memory().value();
                };
        return (int) Math.ceil(steps - ROUNDING);
    }

    /// So many units from what is there towards `target`.
    private Resources step(Part part, Resources target, int units) {
        Resources more = size.plus(unit.times(units)).min(target);
        Resources less = size.minus(unit.times(units)).max(target);
        return with(part, size, size.covers(target) ? less : more);
    }

    // ---- what page cache may be in the way of

    private void lower(Bytes memory) throws DriverException, InterruptedException {
        MemoryLimits.Plan plan = pod.plan(limit, memory);
        var target =
                new Resources(
                        size.vcpus(),
                        pod.letsLimitExceedSize()
                                ? size.memory()
                                : plan.limit().min(size.memory()));
        if (plan.limit().isLessThan(limit)) {
            Progress progress = pod.apply(target, plan.limit());
            switch (progress) {
                case Progress.InForce() -> inForce(target, plan.limit());
                case Progress.Failing(String why) ->
                        notLowered(target, plan.limit(), why, plan.heldBy());
                case Progress.Underway(),
                        Progress.Deferred _,
                        Progress.Infeasible _,
                        Progress.Rejected _ ->
                        refused(Part.MEMORY, target, plan.limit(), progress);
            }
        }
        if (!outcomes.containsKey(Part.MEMORY) && plan.heldBy().isPresent())
            held(plan.heldBy().get());
    }

    /// The kubelet would go on trying for ever, and do it in the end when nobody is prepared for
    /// it. So it is taken back, unless it is free by the kernel's word: what the kubelet goes by
    /// is some seconds old.
    private void notLowered(
            Resources target, Bytes targetLimit, String why, Optional<String> heldBy)
            throws DriverException, InterruptedException {
        if (pod.fits(targetLimit)) {
            pending(
                    Part.MEMORY,
                    Ending.LATE,
                    "the kubelet has not seen yet that it is free: " + why);
            return;
        }
        Optional<String> tooLittle =
                target.memory().isLessThan(before.memory())
                        ? pod.tooLittle(targetLimit)
                        : Optional.empty();
        if (tooLittle.isPresent()) {
            pod.ask(new Resources(size.vcpus(), before.memory()), limit);
            end(Part.MEMORY, new InUse(tooLittle.get()), Ending.IN_USE, tooLittle.get());
        } else {
            pod.ask(size, limit);
            held(heldBy.map(it -> it + "; " + why).orElse(why));
        }
    }

    // ---- what came of it

    private void pending(Part part, Ending ending, String why) {
        end(part, new Pending(why), ending, why);
    }

    private void held(String why) {
        end(Part.MEMORY, new HeldByPageCache(why), Ending.HELD_BY_PAGE_CACHE, why);
    }

    private void end(Part part, ResourceOutcome outcome, Ending ending, String why) {
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

    private Outcome outcome() throws DriverException, InterruptedException {
        if (to.vcpus() != before.vcpus()) doneUnlessEnded(Part.CPUS);
        boolean limitLowered = pod.hasMemoryLimit() && !limit.equals(limitBefore);
        if (!to.memory().equals(before.memory()) || limitLowered) doneUnlessEnded(Part.MEMORY);
        if (outcomes.isEmpty()) return new Outcome.Done(to);
        return new Outcome.PerResource(
                pod.size(),
                outcomes.getOrDefault(Part.CPUS, new Done()),
                outcomes.getOrDefault(Part.MEMORY, new Done()));
    }

    private void doneUnlessEnded(Part part) {
        if (!outcomes.containsKey(part)) pod.ended(part, Ending.DONE, Optional.empty(), "");
    }
}
