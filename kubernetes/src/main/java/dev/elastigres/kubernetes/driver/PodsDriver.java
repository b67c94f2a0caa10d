package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.Cgroup;
import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.agent.driver.DiscoveredVm.OomKill;
import dev.elastigres.agent.driver.DiscoveredVm.SizeBounds;
import dev.elastigres.agent.driver.DiscoveredVm.VmEndpoints;
import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.agent.driver.ObservedSize;
import dev.elastigres.agent.permits.HostShare;
import dev.elastigres.core.agent.ResizeFailure;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.driver.ResizeCounts.ResizeResult;
import dev.elastigres.kubernetes.node.ApiClient;
import dev.elastigres.kubernetes.node.ApiException;
import dev.elastigres.kubernetes.node.NodePods;
import dev.elastigres.kubernetes.node.PodContainer;
import dev.elastigres.kubernetes.node.PodNotice;
import dev.elastigres.kubernetes.node.ResourceAmounts;
import dev.elastigres.kubernetes.node.ResourceValues;
import dev.elastigres.kubernetes.node.TemplateSizes;
import dev.elastigres.kubernetes.targets.ControlledResources;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.ScaledPod;
import dev.elastigres.kubernetes.targets.ScalingMode;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The pods of a Kubernetes node that are scaled. A pod's size is the limits of its Postgres
/// container, changed in place; it is in force once the kubelet says so and the kernel shows it.
///
/// What is known of pods comes from a watch; the API server is asked for nothing but the change.
public final class PodsDriver implements Driver {
    private static final int TURNS = 64;

    /// What was in force and what is asked for, with some to spare.
    private static final int MAX_BELOW_LIMIT = 4;

    /// The kernel's files say nothing by themselves.
    private static final Duration STEP = Duration.ofMillis(50);

    /// For as long as an ask without an answer may still be done.
    private static final Duration UNSURE_FOR = Duration.ofSeconds(30);

    /// What is left of a resize's time when page cache was freed: the kubelet needs some, too.
    private static final Duration TO_PATCH = Duration.ofSeconds(3);

    /// The kubelet writes a pod's status while it is resized; so often in a row is no accident.
    private static final int MAX_TRIES = 5;

    /// What counts of the budget is decided as a life begins: it is a part of what is called a
    /// life, after the container's own.
    private static final String TERMS = " ";

    private static final Resources GRAIN = new Resources(0.001, Bytes.ofMebibytes(1));

    private final NodePods pods;
    private final Supplier<Optional<Resources>> room;
    private final ApiClient api;
    private final TemplateSizes templates;
    private final CgroupTree cgroups;
    private final PodEndpoints doors;
    private final ResizeCounts counts;
    private final PodNotice.PodNoticeListener notices;
    private final PodMemoryLimits memoryLimits;
    private final OomKills oomKills = new OomKills();

    /// One call at a time for each pod, in their order. A pod's is chosen by its name, some share
    /// one.
    private final List<Lock> podLocks =
            Stream.<Lock>generate(() -> new ReentrantLock(true)).limit(TURNS).toList();

    /// What is remembered of each life.
    private final Map<String, PodRecord> memories = new ConcurrentHashMap<>();

    /// @param proportions by its template
    /// @param cap what it had when the node was found to have no room for what it was to become
    /// @param unsure what it was asked to become without an answer
    /// @param deferred whether it waits for room
    /// @param belowLimit its last sizes in memory with a limit above them, the newest first
    private record PodRecord(
            RequestRatios proportions,
            Optional<Resources> cap,
            Optional<UnconfirmedResize> unsure,
            boolean deferred,
            List<Bytes> belowLimit) {
        static PodRecord begin(RequestRatios proportions) {
            return new PodRecord(proportions, Optional.empty(), Optional.empty(), false, List.of());
        }

        PodRecord with(RequestRatios proportions) {
            return new PodRecord(proportions, cap, unsure, deferred, belowLimit);
        }
    }

    /// @param resourceVersion of the pod: with another one, nothing comes of it any more
    private record UnconfirmedResize(Resources target, String resourceVersion, Moment until) {}

    private record TrackedPod(ScaledPod chosen, PodContainer container) {
        String life() {
            return container.life();
        }

        String memoryKey() {
            return life() + terms(chosen);
        }
    }

    /// @param room what the node has for those that are scaled, where that is known
    /// @param notices hears what users should
    /// @param reclaimer frees page cache, where there is one
    public PodsDriver(
            NodePods pods,
            Supplier<Optional<Resources>> room,
            ApiClient api,
            TemplateSizes templates,
            Path cgroupRoot,
            PodEndpoints doors,
            ResizeCounts counts,
            PodNotice.PodNoticeListener notices,
            Optional<Reclaimer> reclaimer) {
        this.pods = pods;
        this.room = room;
        this.api = api;
        this.templates = templates;
        cgroups = new CgroupTree(cgroupRoot);
        this.doors = doors;
        this.counts = counts;
        this.notices = notices;
        memoryLimits = new PodMemoryLimits(reclaimer);
    }

    @Override
    public String name() {
        return "pods";
    }

    @Override
    public List<DiscoveredVm> find() throws DriverException {
        Optional<String> unknown = pods.unknown();
        if (unknown.isPresent()) throw new DriverException.Failed(unknown.get());
        var found = new ArrayList<DiscoveredVm>();
        for (ScaledPod chosen : pods.chosen().values())
            live(chosen).map(this::found).ifPresent(found::add);
        Set<String> lives = found.stream().map(DiscoveredVm::life).collect(Collectors.toSet());
        memories.keySet().retainAll(lives);
        oomKills.clean(pods.pods());
        return found;
    }

    private Optional<TrackedPod> live(ScaledPod chosen) {
        return pods.pod(chosen.pod())
                .filter(it -> it.getMetadata().getUid().equals(chosen.uid()))
                .flatMap(it -> PodContainer.of(it, chosen.container()))
                .map(it -> new TrackedPod(chosen, it));
    }

    private DiscoveredVm found(TrackedPod pod) {
        boolean scaled = pod.chosen.mode() == ScalingMode.AUTO;
        return new DiscoveredVm(
                pod.chosen.pod().toString(),
                pod.memoryKey(),
                bounds(pod),
                pod.container.isRunning() ? doors.of(pod.container, scaled) : VmEndpoints.NONE,
                oomKill(pod));
    }

    /// A limit that stays as it is cannot help.
    private Optional<OomKill> oomKill(TrackedPod pod) {
        if (memory(pod).proportions.memory().isEmpty()) return Optional.empty();
        return oomKills.of(pod.container);
    }

    private static String terms(ScaledPod chosen) {
        String mode = chosen.mode() == ScalingMode.AUTO ? "" : TERMS + chosen.mode();
        return chosen.resources().equals(ControlledResources.ALL)
                ? mode
                : mode + TERMS + chosen.resources().cpu() + TERMS + chosen.resources().memory();
    }

    private static String plainLife(String life) {
        int end = life.indexOf(TERMS);
        return end < 0 ? life : life.substring(0, end);
    }

    /// Requests are never above a limit that stays as it is.
    private SizeBounds bounds(TrackedPod pod) {
        ScaledPod chosen = pod.chosen;
        PodContainer container = pod.container;
        boolean bounded = chosen.min().isPresent();
        Resources min =
                bounded
                        ? chosen.unit().times(chosen.min().getAsInt())
                        : memory(pod).proportions.size(templates.of(container), List.of());
        Resources max = chosen.unit().times(chosen.max());
        // Nothing becomes smaller than its template says but by a least size of its owner's.
        if (!bounded) max = max.max(min);
        PodRecord memory = memory(pod);
        Optional<Resources> cap = memory.cap;
        if (cap.isPresent()) max = max.min(max(pod, cap.get()));
        ResourceValues values = container.desired();
        if (memory.proportions.cpus().isEmpty() && values.limitedCpus().isPresent())
            max = max.min(new Resources(values.limitedCpus().get(), max.memory()));
        if (memory.proportions.memory().isEmpty() && values.limitedMemory().isPresent())
            max = max.min(new Resources(max.vcpus(), values.limitedMemory().get()));
        // Its owner's least is not had, either, where the node does not have it.
        min = min.min(max);
        return new SizeBounds(min, max, GRAIN);
    }

    /// Requests of a pod whose limit stayed behind say nothing of their part: the template does,
    /// which may be known a moment later.
    private PodRecord memory(TrackedPod pod) {
        RequestRatios proportions =
                RequestRatios.of(
                        pod.container, templates.of(pod.container), pod.chosen.resources());
        return memories.compute(
                pod.memoryKey(),
                (_, it) ->
                        it == null
                                ? PodRecord.begin(proportions)
                                : it.proportions.equals(proportions) ? it : it.with(proportions));
    }

    /// What a pod takes of what the node has for those that are scaled. Any thread may ask.
    public HostShare claim(String vm) {
        return chosen(vm)
                .filter(it -> it.mode() == ScalingMode.AUTO)
                .flatMap(this::live)
                .map(it -> memory(it).proportions.share())
                .orElse(HostShare.NONE);
    }

    /// Whether its last resize waits for room on the node. Any thread may ask.
    public boolean isDeferred(String vm) {
        return chosen(vm).flatMap(this::live).map(it -> memory(it).deferred).orElse(false);
    }

    private Optional<ScaledPod> chosen(String vm) {
        return PodName.parse(vm).flatMap(it -> Optional.ofNullable(pods.chosen().get(it)));
    }

    // ---- looking

    @Override
    public ObservedSize look(DiscoveredVm vm, Duration within)
            throws DriverException, InterruptedException {
        Lock lock = await(vm, within);
        try {
            TrackedPod pod = live(vm);
            Resources size = seen(pod).size();
            Resources asked = asked(pod);
            if (size.equals(asked)) defers(pod, false);
            return new ObservedSize(size, asked);
        } finally {
            lock.unlock();
        }
    }

    private Resources asked(TrackedPod pod) {
        PodRecord memory = memory(pod);
        Optional<UnconfirmedResize> unsure = memory.unsure;
        Resources asked = memory.proportions.size(pod.container.desired(), memory.belowLimit);
        if (unsure.isEmpty()) return asked;
        boolean over =
                !unsure.get().resourceVersion.equals(pod.container.resourceVersion())
                        || !now().isBefore(unsure.get().until);
        if (!over) return unsure.get().target;
        remember(pod, Optional.empty());
        return asked;
    }

    private ObservedPodSize seen(TrackedPod pod) throws DriverException, InterruptedException {
        PodRecord memory = memory(pod);
        if (!pod.container.isRunning())
            return ObservedPodSize.down(pod.container, memory.proportions, memory.belowLimit);
        return ObservedPodSize.of(
                pod.container, memory.proportions, memory.belowLimit, cgroup(pod.container));
    }

    private Cgroup cgroup(PodContainer container) throws DriverException {
        Optional<Cgroup> found = cgroups.of(container.uid(), container.id());
        if (found.isPresent()) return found.get();
        throw new DriverException.Failed(
                "there is no cgroup of its container %s in the tree that --path.cgroup names"
                        .formatted(container.id()));
    }

    private TrackedPod live(DiscoveredVm vm) throws DriverException {
        Optional<TrackedPod> live = chosen(vm.name()).flatMap(this::live);
        if (live.isEmpty() || !live.get().life().equals(plainLife(vm.life())))
            throw new DriverException.Gone("there is no such container any more");
        return live.get();
    }

    // ---- resizing

    @Override
    public ResizeOutcome resize(DiscoveredVm vm, Resources from, Resources to, Duration within)
            throws DriverException, InterruptedException {
        Moment deadline = now().plus(within);
        Lock lock = await(vm, within);
        try {
            TrackedPod pod = live(vm);
            if (pod.chosen.mode() == ScalingMode.RECOMMEND)
                return new ResizeOutcome.Failed("it only recommends: it would become " + to.text());
            return new PodResize(new PatchedPod(vm, from, to, deadline), to, pod.chosen.unit())
                    .run();
        } finally {
            lock.unlock();
        }
    }

    /// The pod that is resized, as the watch or the last patch has it, whichever is newer.
    private final class PatchedPod implements PodResize.ResizablePod {
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
            TrackedPod live = live(vm);
            return patched.filter(it -> it.generation() > live.container.generation())
                    .map(it -> new TrackedPod(live.chosen, it))
                    .orElse(live);
        }

        @Override
        public Resources size() throws DriverException, InterruptedException {
            return seen(pod()).size();
        }

        @Override
        public Bytes memoryLimit() throws DriverException {
            TrackedPod pod = pod();
            PodRecord memory = memory(pod);
            ResourceValues actual = pod.container.actual();
            return hasMemoryLimit()
                    ? actual.limitedMemory().orElse(Bytes.MAX)
                    : memory.proportions.size(actual, List.of()).memory();
        }

        @Override
        public boolean hasMemoryLimit() throws DriverException {
            return memory(pod()).proportions.memory().isPresent();
        }

        @Override
        public boolean letsLimitExceedSize() throws DriverException {
            TrackedPod pod = pod();
            return memory(pod).proportions.letsLimitExceedSize(pod.container);
        }

        @Override
        public ResizeProgress apply(Resources size, Bytes memoryLimit)
                throws DriverException, InterruptedException {
            Optional<ResizeProgress.Rejected> rejected = tryAsk(size, memoryLimit);
            if (rejected.isPresent()) return rejected.get();
            return follow(this, desired(size, memoryLimit), pod().container.generation(), deadline);
        }

        @Override
        public boolean admits(Resources size, Bytes memoryLimit)
                throws DriverException, InterruptedException {
            PodContainer container = pod().container;
            Optional<String> patch = ResizePatch.of(container, desired(size, memoryLimit));
            if (patch.isEmpty()) return true;
            try {
                api.tryResize(container.name(), patch.get());
                return true;
            } catch (ApiException _) {
                // Whatever it was, the question is not worth asking again.
                return false;
            }
        }

        @Override
        public void ask(Resources size, Bytes memoryLimit)
                throws DriverException, InterruptedException {
            Optional<ResizeProgress.Rejected> rejected = tryAsk(size, memoryLimit);
            if (rejected.isPresent()) throw new DriverException.Failed(rejected.get().why());
        }

        private Optional<ResizeProgress.Rejected> tryAsk(Resources size, Bytes memoryLimit)
                throws DriverException, InterruptedException {
            TrackedPod pod = pod();
            if (hasMemoryLimit() && size.memory().isLessThan(memoryLimit))
                staysBelow(pod, size.memory());
            return switch (PodsDriver.this.ask(vm, pod, desired(size, memoryLimit), size)) {
                case PatchResult.Taken(PodContainer now) -> {
                    patched = Optional.of(now);
                    yield Optional.empty();
                }
                case PatchResult.Refused(ResizeProgress.Rejected why) -> Optional.of(why);
            };
        }

        private ContainerResources desired(Resources size, Bytes memoryLimit)
                throws DriverException {
            return memory(pod()).proportions.resources(size, memoryLimit);
        }

        @Override
        public Optional<String> tooLittle(Bytes memory)
                throws DriverException, InterruptedException {
            PodContainer container = pod().container;
            return container.isRunning()
                    ? PodMemoryLimits.tooLittle(cgroup(container), memory)
                    : Optional.of("it was killed for want of memory and does not run yet");
        }

        @Override
        public boolean isFree(Bytes memoryLimit) throws DriverException, InterruptedException {
            PodContainer container = pod().container;
            return !container.isRunning()
                    || PodMemoryLimits.isFree(MemoryOccupancy.of(cgroup(container)), memoryLimit);
        }

        @Override
        public PodMemoryLimits.MemoryLimitPlan plan(Bytes limit, Bytes target)
                throws DriverException, InterruptedException {
            PodContainer container = pod().container;
            if (!container.isRunning())
                return new PodMemoryLimits.MemoryLimitPlan(target, Optional.empty());
            Duration left = deadline.since(now()).minus(TO_PATCH);
            return memoryLimits.plan(container, cgroup(container), limit, target, left);
        }

        @Override
        public boolean fits(Bytes memoryLimit) throws DriverException, InterruptedException {
            PodContainer container = pod().container;
            return !container.isRunning()
                    || MemoryOccupancy.of(cgroup(container)).total().isLessThan(memoryLimit);
        }

        @Override
        public void ended(
                PodResize.ResizePart part,
                ResizeResult ending,
                Optional<ResizeFailure> failure,
                String why) {
            counts.count(part, ending);
            Optional<TrackedPod> live = chosen(vm.name()).flatMap(PodsDriver.this::live);
            if (live.isEmpty()) return;
            if (failure.equals(Optional.of(ResizeFailure.TOO_LARGE))) cap(live.get(), from.min(to));
            tell(live.get(), from, to, ending, why);
        }
    }

    private void tell(
            TrackedPod pod, Resources from, Resources to, ResizeResult ending, String why) {
        switch (ending) {
            case DONE -> defers(pod, false);
            case DEFERRED -> {
                if (!memory(pod).deferred)
                    notices.take(pod.chosen, new PodNotice.Deferred(to, why));
                defers(pod, true);
            }
            case INFEASIBLE -> notices.take(pod.chosen, new PodNotice.Infeasible(to, why));
            case REJECTED -> notices.take(pod.chosen, new PodNotice.Rejected(to, why));
            case IN_USE -> notices.take(pod.chosen, new PodNotice.Refused(from, why));
            case HELD_BY_PAGE_CACHE ->
                    notices.take(pod.chosen, new PodNotice.HeldByPageCache(from.min(to), why));
            case FAILED, LATE -> {}
        }
    }

    /// What the API server said to a patch.
    private sealed interface PatchResult {
        /// @param now the container as it asks for it
        record Taken(PodContainer now) implements PatchResult {}

        record Refused(ResizeProgress.Rejected why) implements PatchResult {}
    }

    /// Has the pod ask for `desired`, unless it does already.
    ///
    /// @param to the size that this stands for
    private PatchResult ask(
            DiscoveredVm vm, TrackedPod pod, ContainerResources desired, Resources to)
            throws DriverException, InterruptedException {
        PodContainer container = pod.container;
        for (int i = 0; i < MAX_TRIES; i++) {
            Optional<String> patch = ResizePatch.of(container, desired);
            if (patch.isEmpty()) return new PatchResult.Taken(container);
            try {
                Pod after = api.resize(container.name(), patch.get());
                remember(pod, Optional.empty());
                return new PatchResult.Taken(
                        PodContainer.of(after, container.container().getName()).orElse(container));
            } catch (ApiException.Rejected e) {
                return new PatchResult.Refused(rejected(e));
            } catch (ApiException e) {
                container = afterRefusal(vm, new TrackedPod(pod.chosen, container), to, e);
            } catch (InterruptedException e) {
                isUnsure(new TrackedPod(pod.chosen, container), to);
                throw e;
            }
        }
        countFailure();
        throw new DriverException.Failed("the pod was changed by others again and again");
    }

    private void countFailure() {
        for (PodResize.ResizePart part : PodResize.ResizePart.values())
            counts.count(part, ResizeResult.FAILED);
    }

    /// The pod as it is now, when it may be tried again with that.
    private PodContainer afterRefusal(DiscoveredVm vm, TrackedPod pod, Resources to, ApiException e)
            throws DriverException, InterruptedException {
        if (e instanceof ApiException.Conflict) return fresh(vm, pod.container);
        countFailure();
        if (e instanceof ApiException.Unavailable) isUnsure(pod, to);
        throw switch (e) {
            case ApiException.NotFound _ -> new DriverException.Gone("there is no such pod");
            case ApiException.Unavailable _ ->
                    new DriverException.Unavailable(
                            "the API server did not answer: " + e.getMessage());
            case ApiException.Throttled _ ->
                    new DriverException.Unavailable(
                            "the API server is too busy: " + e.getMessage());
            case ApiException.MissingRight _ ->
                    failed("it has not the right to patch pods/resize", e);
            case ApiException.NotAuthenticated _, ApiException.Unsupported _ ->
                    failed("the API server does not let it", e);
            case ApiException.Rejected it -> failed(rejected(it).why(), e);
            case ApiException.Conflict _ -> failed("the pod was changed by others", e);
        };
    }

    private static ResizeProgress.Rejected rejected(ApiException.Rejected e) {
        String words = String.valueOf(e.getMessage());
        return switch (e.reason()) {
            case QUOTA ->
                    new ResizeProgress.Rejected(
                            ResizeFailure.QUOTA, "a ResourceQuota does not allow it: " + words);
            case LIMIT_RANGE ->
                    new ResizeProgress.Rejected(
                            ResizeFailure.LIMIT_RANGE, "a LimitRange does not allow it: " + words);
            case ADMISSION ->
                    new ResizeProgress.Rejected(
                            ResizeFailure.ADMISSION, "admission does not allow it: " + words);
            case INVALID ->
                    new ResizeProgress.Rejected(
                            ResizeFailure.INVALID, "the API server finds it invalid: " + words);
        };
    }

    /// It may be done yet.
    private void isUnsure(TrackedPod pod, Resources to) {
        Moment until = now().plus(UNSURE_FOR);
        remember(
                pod,
                Optional.of(new UnconfirmedResize(to, pod.container.resourceVersion(), until)));
    }

    private static DriverException.Failed failed(String what, ApiException e) {
        return new DriverException.Failed(what + ": " + e.getMessage());
    }

    /// As the API server has it now: the watch may be behind.
    private PodContainer fresh(DiscoveredVm vm, PodContainer stale)
            throws DriverException, InterruptedException {
        try {
            Optional<PodContainer> now =
                    api.pod(stale.name())
                            .flatMap(it -> PodContainer.of(it, stale.container().getName()));
            if (now.isEmpty() || !now.get().life().equals(plainLife(vm.life())))
                throw new DriverException.Gone("there is no such container any more");
            return now.get();
        } catch (ApiException e) {
            throw failed("cannot look at the pod", e);
        }
    }

    /// @param generation of the pod that asks for `desired`
    private ResizeProgress follow(
            PatchedPod patched, ContainerResources desired, long generation, Moment deadline)
            throws DriverException, InterruptedException {
        while (true) {
            long known = pods.changeSignal().count();
            PodContainer container = patched.pod().container;
            boolean current = live(patched.vm).container.generation() >= generation;
            boolean reported = current && container.reports(desired.requests(), desired.limits());
            if (reported && isInKernel(container, desired)) return new ResizeProgress.InForce();
            if (current) {
                ResizeProgress progress = ResizeProgress.of(container, generation);
                if (!(progress instanceof ResizeProgress.InProgress)) return progress;
            }
            Duration left = deadline.since(now());
            if (!left.isPositive()) return new ResizeProgress.InProgress();
            // The kubelet writes the kernel's files first, mostly; where it did not, look again.
            pods.changeSignal().await(known, reported && left.compareTo(STEP) > 0 ? STEP : left);
        }
    }

    private boolean isInKernel(PodContainer container, ContainerResources desired)
            throws DriverException, InterruptedException {
        if (!container.isRunning()) return true;
        Cgroup cgroup = cgroup(container);
        var limits = ResourceAmounts.quantities(desired.limits());
        Optional<Double> cpus = ResourceAmounts.cpus(limits);
        Optional<Bytes> memory = ResourceAmounts.memory(limits);
        return (cpus.isEmpty()
                        || ObservedPodSize.isSame(
                                cpus.get(), cgroup.vcpus().orElse(Double.MAX_VALUE)))
                && (memory.isEmpty()
                        || ObservedPodSize.isSame(memory.get(), cgroup.memory().orElse(Bytes.MAX)));
    }

    /// What the node could give it at most, were it alone with what is not scaled.
    private Resources max(TrackedPod pod, Resources current) {
        HostShare share = memory(pod).proportions.share();
        return room.get()
                .map(
                        it ->
                                new Resources(
                                                share.cpus() > 0
                                                        ? it.vcpus() / share.cpus()
                                                        : it.vcpus(),
                                                share.memory() > 0
                                                        ? it.memory().times(1 / share.memory())
                                                        : it.memory())
                                        .inThousandths())
                .orElse(current)
                .max(current);
    }

    private void cap(TrackedPod pod, Resources current) {
        update(
                pod,
                it ->
                        new PodRecord(
                                it.proportions,
                                Optional.of(current),
                                it.unsure,
                                false,
                                it.belowLimit));
    }

    private void remember(TrackedPod pod, Optional<UnconfirmedResize> unsure) {
        update(
                pod,
                it -> new PodRecord(it.proportions, it.cap, unsure, it.deferred, it.belowLimit));
    }

    private void defers(TrackedPod pod, boolean deferred) {
        update(
                pod,
                it -> new PodRecord(it.proportions, it.cap, it.unsure, deferred, it.belowLimit));
    }

    private void staysBelow(TrackedPod pod, Bytes size) {
        update(
                pod,
                it ->
                        new PodRecord(
                                it.proportions,
                                it.cap,
                                it.unsure,
                                it.deferred,
                                Stream.concat(Stream.of(size), it.belowLimit.stream())
                                        .distinct()
                                        .limit(MAX_BELOW_LIMIT)
                                        .toList()));
    }

    private void update(TrackedPod pod, UnaryOperator<PodRecord> change) {
        memory(pod);
        memories.computeIfPresent(pod.memoryKey(), (_, it) -> change.apply(it));
    }

    private Lock await(DiscoveredVm vm, Duration within)
            throws DriverException, InterruptedException {
        Lock lock = podLocks.get(Math.floorMod(vm.name().hashCode(), TURNS));
        if (!lock.tryLock(within.toNanos(), TimeUnit.NANOSECONDS))
            throw new DriverException.Failed(
                    "what was begun before for %s has not ended within %d ms"
                            .formatted(vm.name(), within.toMillis()));
        return lock;
    }

    private static Moment now() {
        return new Moment(System.nanoTime());
    }

    @Override
    public void close() {}
}
