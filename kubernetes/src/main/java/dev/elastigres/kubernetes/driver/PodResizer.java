package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.core.agent.ResizeFailure;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.driver.ResizeCounts.ResizeResult;
import dev.elastigres.kubernetes.driver.ResizeRequester.PatchResult;
import dev.elastigres.kubernetes.node.PodContainer;
import dev.elastigres.kubernetes.node.PodNotice;
import dev.elastigres.kubernetes.node.ResourceValues;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Resizes pods in place: requests each change and waits until it is in force.
///
/// @param notices receives the resize results that become events of the pod
record PodResizer(
        TrackedPods pods,
        PodRecords records,
        PodSizes sizes,
        ResizeRequester requester,
        PodMemoryLimits memoryLimits,
        ResizeCounts counts,
        PodNotice.PodNoticeListener notices,
        Supplier<Moment> clock) {
    /// Interval between reads of the kernel's files, which have no change notification.
    private static final Duration READ_INTERVAL = Duration.ofMillis(50);

    /// Part of a resize's timeout that is reserved for the kubelet when page cache is freed first.
    private static final Duration KUBELET_TIME = Duration.ofSeconds(3);

    /// Maximum number of attempts while the kubelet's usage figure is old. Attempts are 5 s apart,
    /// so the kubelet measures at least twice before the last one.
    private static final int MAX_KUBELET_WAITS = 12;

    /// Maximum number of attempts that enlarge the margin of a reclaim.
    private static final int MAX_HELD_ATTEMPTS = 3;

    /// Resizes `pod` and waits for the result.
    ///
    /// @param pod state of the pod in the watch
    /// @param deadline end of the wait
    ResizeOutcome resize(
            DiscoveredVm vm, TrackedPod pod, Resources from, Resources to, Moment deadline)
            throws DriverException, InterruptedException {
        return new PodResize(new PatchedPod(vm, from, to, deadline), to, pod.chosen().unit()).run();
    }

    /// The pod of one resize. Its state is that of the watch or of the last patch, whichever is
    /// newer.
    private final class PatchedPod implements ResizablePod {
        private final DiscoveredVm vm;
        private final Resources from;
        private final Resources to;
        private final Moment deadline;
        private Optional<PodContainer> patched = Optional.empty();

        PatchedPod(DiscoveredVm vm, Resources from, Resources to, Moment deadline) {
            this.vm = vm;
            this.from = from;
            this.to = to;
            this.deadline = deadline;
        }

        private TrackedPod pod() throws DriverException {
            TrackedPod live = pods.live(vm);
            return patched.filter(it -> it.generation() > live.container().generation())
                    .map(live::with)
                    .orElse(live);
        }

        @Override
        public Resources size() throws DriverException, InterruptedException {
            return sizes.inForce(pod());
        }

        @Override
        public Bytes memoryLimit() throws DriverException {
            TrackedPod pod = pod();
            ResourceValues actual = pod.container().actual();
            return hasMemoryLimit()
                    ? actual.limitedMemory().orElse(Bytes.MAX)
                    : records.of(pod).ratios().size(actual, List.of()).memory();
        }

        @Override
        public boolean hasMemoryLimit() throws DriverException {
            return records.of(pod()).ratios().memory().isPresent();
        }

        @Override
        public boolean letsLimitExceedSize() throws DriverException {
            TrackedPod pod = pod();
            return records.of(pod).ratios().letsLimitExceedSize(pod.container());
        }

        @Override
        public ResizeProgress apply(Resources size, Bytes memoryLimit)
                throws DriverException, InterruptedException {
            Optional<ResizeProgress.Rejected> rejected = tryRequest(size, memoryLimit);
            if (rejected.isPresent()) return rejected.get();
            return awaitProgress(desired(size, memoryLimit), pod().container().generation());
        }

        @Override
        public boolean admits(Resources size, Bytes memoryLimit)
                throws DriverException, InterruptedException {
            return requester.isAdmitted(pod().container(), desired(size, memoryLimit));
        }

        @Override
        public void request(Resources size, Bytes memoryLimit)
                throws DriverException, InterruptedException {
            Optional<ResizeProgress.Rejected> rejected = tryRequest(size, memoryLimit);
            if (rejected.isPresent()) throw new DriverException.Failed(rejected.get().why());
        }

        private Optional<ResizeProgress.Rejected> tryRequest(Resources size, Bytes memoryLimit)
                throws DriverException, InterruptedException {
            TrackedPod pod = pod();
            if (hasMemoryLimit() && size.memory().isLessThan(memoryLimit))
                records.update(pod, it -> it.withSizeBelowLimit(size.memory()));
            return switch (requester.request(vm, pod, desired(size, memoryLimit), size)) {
                case PatchResult.PatchAccepted(PodContainer container) -> {
                    patched = Optional.of(container);
                    yield Optional.empty();
                }
                case PatchResult.PatchRejected(ResizeProgress.Rejected rejection) ->
                        Optional.of(rejection);
            };
        }

        private ContainerResources desired(Resources size, Bytes memoryLimit)
                throws DriverException {
            return records.of(pod()).ratios().resources(size, memoryLimit);
        }

        /// Waits until `desired` is in force or refused, or the deadline passes.
        ///
        /// @param generation generation of the pod whose specification is `desired`
        private ResizeProgress awaitProgress(ContainerResources desired, long generation)
                throws DriverException, InterruptedException {
            while (true) {
                long changes = pods.pods().changeSignal().count();
                PodContainer container = pod().container();
                boolean current = pods.live(vm).container().generation() >= generation;
                boolean reported =
                        current && container.reports(desired.requests(), desired.limits());
                if (reported && sizes.isInKernel(container, desired))
                    return new ResizeProgress.InForce();
                if (current) {
                    ResizeProgress progress = ResizeProgress.of(container, generation);
                    if (!(progress instanceof ResizeProgress.InProgress)) return progress;
                }
                Duration left = deadline.since(clock.get());
                if (!left.isPositive()) return new ResizeProgress.InProgress();
                // The kubelet usually writes the kernel's files before it reports. If the report
                // comes first, the files are read again.
                boolean rereads = reported && left.compareTo(READ_INTERVAL) > 0;
                pods.pods().changeSignal().await(changes, rereads ? READ_INTERVAL : left);
            }
        }

        @Override
        public Optional<String> tooLittle(Bytes memory)
                throws DriverException, InterruptedException {
            PodContainer container = pod().container();
            return container.isRunning()
                    ? PodMemoryLimits.tooLittle(sizes.cgroup(container), memory)
                    : Optional.of("the container was OOM-killed and has not started again");
        }

        @Override
        public boolean isFree(Bytes memoryLimit) throws DriverException, InterruptedException {
            PodContainer container = pod().container();
            return !container.isRunning()
                    || PodMemoryLimits.isFree(
                            MemoryOccupancy.of(sizes.cgroup(container)), memoryLimit);
        }

        @Override
        public PodMemoryLimits.MemoryLimitPlan plan(Bytes limit, Bytes target)
                throws DriverException, InterruptedException {
            PodContainer container = pod().container();
            if (!container.isRunning())
                return new PodMemoryLimits.MemoryLimitPlan(target, Optional.empty());
            Duration left = deadline.since(clock.get()).minus(KUBELET_TIME);
            int attempts = records.of(pod()).failedAttempts(target);
            PodMemoryLimits.MemoryLimitPlan plan =
                    memoryLimits.plan(
                            container, sizes.cgroup(container), limit, target, attempts, left);
            // Page cache grew as fast as it was freed, so the next attempt frees more.
            if (plan.heldBy().isPresent() && attempts < MAX_HELD_ATTEMPTS)
                records.update(pod(), it -> it.withFailedAttempts(target, attempts + 1));
            return plan;
        }

        @Override
        public boolean fits(Bytes memoryLimit) throws DriverException, InterruptedException {
            PodContainer container = pod().container();
            return !container.isRunning()
                    || MemoryOccupancy.of(sizes.cgroup(container)).total().isLessThan(memoryLimit);
        }

        @Override
        public boolean awaitsKubelet(Bytes memoryLimit) throws DriverException {
            TrackedPod pod = pod();
            int attempts = records.of(pod).failedAttempts(memoryLimit) + 1;
            boolean awaits = attempts <= MAX_KUBELET_WAITS;
            records.update(
                    pod,
                    it ->
                            awaits
                                    ? it.withFailedAttempts(memoryLimit, attempts)
                                    : it.withoutFailedAttempts());
            return awaits;
        }

        @Override
        public void record(
                PodResize.ResizePart part,
                ResizeResult ending,
                Optional<ResizeFailure> failure,
                String why) {
            counts.count(part, ending);
            Optional<TrackedPod> live = pods.find(vm.name());
            if (live.isEmpty()) return;
            if (failure.equals(Optional.of(ResizeFailure.TOO_LARGE)))
                records.update(live.get(), it -> it.withCap(from.min(to)));
            if (part == PodResize.ResizePart.MEMORY && !mayBeRetried(ending))
                records.update(live.get(), PodRecord::withoutFailedAttempts);
            publish(live.get(), ending, why);
        }

        private static boolean mayBeRetried(ResizeResult ending) {
            return ending == ResizeResult.LATE || ending == ResizeResult.HELD_BY_PAGE_CACHE;
        }

        private void publish(TrackedPod pod, ResizeResult ending, String why) {
            switch (ending) {
                case DONE -> records.update(pod, it -> it.withDeferred(false));
                case DEFERRED -> {
                    if (!records.of(pod).deferred())
                        notices.take(pod.chosen(), new PodNotice.Deferred(to, why));
                    records.update(pod, it -> it.withDeferred(true));
                }
                case INFEASIBLE -> notices.take(pod.chosen(), new PodNotice.Infeasible(to, why));
                case REJECTED -> notices.take(pod.chosen(), new PodNotice.Rejected(to, why));
                case IN_USE -> notices.take(pod.chosen(), new PodNotice.Refused(from, why));
                case HELD_BY_PAGE_CACHE ->
                        notices.take(
                                pod.chosen(), new PodNotice.HeldByPageCache(from.min(to), why));
                case FAILED, LATE -> {}
            }
        }
    }
}
