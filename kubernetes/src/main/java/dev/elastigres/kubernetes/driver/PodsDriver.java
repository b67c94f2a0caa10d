package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.Cgroup;
import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.agent.driver.Found;
import dev.elastigres.agent.driver.Found.Bounds;
import dev.elastigres.agent.driver.Found.Doors;
import dev.elastigres.agent.driver.Found.OomKill;
import dev.elastigres.agent.driver.Looked;
import dev.elastigres.agent.permits.Claim;
import dev.elastigres.core.agent.Outcome;
import dev.elastigres.core.agent.ResizeFailure;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.driver.ResizeCounts.Ending;
import dev.elastigres.kubernetes.node.Amounts;
import dev.elastigres.kubernetes.node.Api;
import dev.elastigres.kubernetes.node.ApiException;
import dev.elastigres.kubernetes.node.NodePods;
import dev.elastigres.kubernetes.node.PodContainer;
import dev.elastigres.kubernetes.node.PodNotice;
import dev.elastigres.kubernetes.node.ResourceValues;
import dev.elastigres.kubernetes.node.TemplateSizes;
import dev.elastigres.kubernetes.targets.Chosen;
import dev.elastigres.kubernetes.targets.ControlledResources;
import dev.elastigres.kubernetes.targets.Mode;
import dev.elastigres.kubernetes.targets.PodName;
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
    private static final int MOST_TRIES = 5;

    /// What counts of the budget is decided as a life begins: it is a part of what is called a
    /// life, after the container's own.
    private static final String TERMS = " ";

    private static final Resources GRAIN = new Resources(0.001, Bytes.ofMebibytes(1));

    private final NodePods pods;
    private final Supplier<Optional<Resources>> room;
    private final Api api;
    private final TemplateSizes templates;
    private final CgroupTree cgroups;
    private final PodDoors doors;
    private final ResizeCounts counts;
    private final PodNotice.Taker notices;
    private final MemoryLimits memoryLimits;
    private final OomKills oomKills = new OomKills();

    /// One call at a time for each pod, in their order. A pod's is chosen by its name, some share
    /// one.
    private final List<Lock> turns =
            Stream.<Lock>generate(() -> new ReentrantLock(true)).limit(TURNS).toList();

    /// What is remembered of each life.
    private final Map<String, Memory> memories = new ConcurrentHashMap<>();

    /// @param proportions by its template
    /// @param cap what it had when the node was found to have no room for what it was to become
    /// @param unsure what it was asked to become without an answer
    /// @param deferred whether it waits for room
    /// @param belowLimit its last sizes in memory with a limit above them, the newest first
    private record Memory(
            Proportions proportions,
            Optional<Resources> cap,
            Optional<Unsure> unsure,
            boolean deferred,
            List<Bytes> belowLimit) {
        static Memory begin(Proportions proportions) {
            return new Memory(proportions, Optional.empty(), Optional.empty(), false, List.of());
        }

        Memory with(Proportions proportions) {
            return new Memory(proportions, cap, unsure, deferred, belowLimit);
        }
    }

    /// @param resourceVersion of the pod: with another one, nothing comes of it any more
    private record Unsure(Resources target, String resourceVersion, Moment until) {}

    private record Live(Chosen chosen, PodContainer container) {
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
            Api api,
            TemplateSizes templates,
            Path cgroupRoot,
            PodDoors doors,
            ResizeCounts counts,
            PodNotice.Taker notices,
            Optional<Reclaimer> reclaimer) {
        this.pods = pods;
        this.room = room;
        this.api = api;
        this.templates = templates;
        cgroups = new CgroupTree(cgroupRoot);
        this.doors = doors;
        this.counts = counts;
        this.notices = notices;
        memoryLimits = new MemoryLimits(reclaimer);
    }

    @Override
    public String name() {
        return "pods";
    }

    @Override
    public List<Found> find() throws DriverException {
        Optional<String> unknown = pods.unknown();
        if (unknown.isPresent()) throw new DriverException.Failed(unknown.get());
        var found = new ArrayList<Found>();
        for (Chosen chosen : pods.chosen().values())
            live(chosen).map(this::found).ifPresent(found::add);
        Set<String> lives = found.stream().map(Found::life).collect(Collectors.toSet());
        memories.keySet().retainAll(lives);
        oomKills.clean(pods.pods());
        return found;
    }

    private Optional<Live> live(Chosen chosen) {
        return pods.pod(chosen.pod())
                .filter(it -> it.getMetadata().getUid().equals(chosen.uid()))
                .flatMap(it -> PodContainer.of(it, chosen.container()))
                .map(it -> new Live(chosen, it));
    }

    private Found found(Live pod) {
        boolean scaled = pod.chosen.mode() == Mode.AUTO;
        return new Found(
                pod.chosen.pod().toString(),
                pod.memoryKey(),
                bounds(pod),
                pod.container.isRunning() ? doors.of(pod.container, scaled) : Doors.NONE,
                oomKill(pod));
    }

    /// A limit that stays as it is cannot help.
    private Optional<OomKill> oomKill(Live pod) {
        if (memory(pod).proportions.memory().isEmpty()) return Optional.empty();
        return oomKills.of(pod.container);
    }

    private static String terms(Chosen chosen) {
        String mode = chosen.mode() == Mode.AUTO ? "" : TERMS + chosen.mode();
        return chosen.resources().equals(ControlledResources.ALL)
                ? mode
                : mode + TERMS + chosen.resources().cpu() + TERMS + chosen.resources().memory();
    }

    private static String plainLife(String life) {
        int end = life.indexOf(TERMS);
        return end < 0 ? life : life.substring(0, end);
    }

    /// Requests are never above a limit that stays as it is.
    private Bounds bounds(Live pod) {
        Chosen chosen = pod.chosen;
        PodContainer container = pod.container;
        boolean bounded = chosen.min().isPresent();
        Resources least =
                bounded
                        ? chosen.unit().times(chosen.min().getAsInt())
                        : memory(pod).proportions.size(templates.of(container), List.of());
        Resources most = chosen.unit().times(chosen.max());
        // Nothing becomes smaller than its template says but by a least size of its owner's.
        if (!bounded) most = most.max(least);
        Memory memory = memory(pod);
        Optional<Resources> cap = memory.cap;
        if (cap.isPresent()) most = most.min(most(pod, cap.get()));
        ResourceValues values = container.desired();
        if (memory.proportions.cpus().isEmpty() && values.limitedCpus().isPresent())
            most = most.min(new Resources(values.limitedCpus().get(), most.memory()));
        if (memory.proportions.memory().isEmpty() && values.limitedMemory().isPresent())
            most = most.min(new Resources(most.vcpus(), values.limitedMemory().get()));
        // Its owner's least is not had, either, where the node does not have it.
        least = least.min(most);
        return new Bounds(least, most, GRAIN);
    }

    /// Requests of a pod whose limit stayed behind say nothing of their part: the template does,
    /// which may be known a moment later.
    private Memory memory(Live pod) {
        Proportions proportions =
                Proportions.of(pod.container, templates.of(pod.container), pod.chosen.resources());
        return memories.compute(
                pod.memoryKey(),
                (_, it) ->
                        it == null
                                ? Memory.begin(proportions)
                                : it.proportions.equals(proportions) ? it : it.with(proportions));
    }

    /// What a pod takes of what the node has for those that are scaled. Any thread may ask.
    public Claim claim(String vm) {
        return chosen(vm)
                .filter(it -> it.mode() == Mode.AUTO)
                .flatMap(this::live)
                .map(it -> memory(it).proportions.claim())
                .orElse(Claim.NONE);
    }

    /// Whether its last resize waits for room on the node. Any thread may ask.
    public boolean isDeferred(String vm) {
        return chosen(vm).flatMap(this::live).map(it -> memory(it).deferred).orElse(false);
    }

    private Optional<Chosen> chosen(String vm) {
        return PodName.parse(vm).flatMap(it -> Optional.ofNullable(pods.chosen().get(it)));
    }

    // ---- looking

    @Override
    public Looked look(Found vm, Duration within) throws DriverException, InterruptedException {
        Lock turn = await(vm, within);
        try {
            Live pod = live(vm);
            Resources size = seen(pod).size();
            Resources asked = asked(pod);
            if (size.equals(asked)) defers(pod, false);
            return new Looked(size, asked);
        } finally {
            turn.unlock();
        }
    }

    private Resources asked(Live pod) {
        Memory memory = memory(pod);
        Optional<Unsure> unsure = memory.unsure;
        Resources asked = memory.proportions.size(pod.container.desired(), memory.belowLimit);
        if (unsure.isEmpty()) return asked;
        boolean over =
                !unsure.get().resourceVersion.equals(pod.container.resourceVersion())
                        || !now().isBefore(unsure.get().until);
        if (!over) return unsure.get().target;
        remember(pod, Optional.empty());
        return asked;
    }

    private Seen seen(Live pod) throws DriverException, InterruptedException {
        Memory memory = memory(pod);
        if (!pod.container.isRunning())
            return Seen.down(pod.container, memory.proportions, memory.belowLimit);
        return Seen.of(pod.container, memory.proportions, memory.belowLimit, cgroup(pod.container));
    }

    private Cgroup cgroup(PodContainer container) throws DriverException {
        Optional<Cgroup> found = cgroups.of(container.uid(), container.id());
        if (found.isPresent()) return found.get();
        throw new DriverException.Failed(
                "there is no cgroup of its container %s in the tree that --path.cgroup names"
                        .formatted(container.id()));
    }

    private Live live(Found vm) throws DriverException {
        Optional<Live> live = chosen(vm.name()).flatMap(this::live);
        if (live.isEmpty() || !live.get().life().equals(plainLife(vm.life())))
            throw new DriverException.Gone("there is no such container any more");
        return live.get();
    }

    // ---- resizing

    @Override
    public Outcome resize(Found vm, Resources from, Resources to, Duration within)
            throws DriverException, InterruptedException {
        Moment deadline = now().plus(within);
        Lock turn = await(vm, within);
        try {
            Live pod = live(vm);
            if (pod.chosen.mode() == Mode.RECOMMEND)
                return new Outcome.Failed("it only recommends: it would become " + to.text());
            return new PodResize(new PatchedPod(vm, from, to, deadline), to, pod.chosen.unit())
                    .run();
        } finally {
            turn.unlock();
        }
    }

    /// The pod that is resized, as the watch or the last patch has it, whichever is newer.
    private final class PatchedPod implements PodResize.Pod {
        private final Found vm;
        private final Resources from;
        private final Resources to;
        private final Moment deadline;
        private Optional<PodContainer> patched = Optional.empty();

        PatchedPod(Found vm, Resources from, Resources to, Moment deadline) {
            this.vm = vm;
            this.from = from;
            this.to = to;
            this.deadline = deadline;
        }

        private Live pod() throws DriverException {
            Live live = live(vm);
            return patched.filter(it -> it.generation() > live.container.generation())
                    .map(it -> new Live(live.chosen, it))
                    .orElse(live);
        }

        @Override
        public Resources size() throws DriverException, InterruptedException {
            return seen(pod()).size();
        }

        @Override
        public Bytes memoryLimit() throws DriverException {
            Live pod = pod();
            Memory memory = memory(pod);
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
            Live pod = pod();
            return memory(pod).proportions.letsLimitExceedSize(pod.container);
        }

        @Override
        public Progress apply(Resources size, Bytes memoryLimit)
                throws DriverException, InterruptedException {
            Optional<Progress.Rejected> rejected = tryAsk(size, memoryLimit);
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
            Optional<Progress.Rejected> rejected = tryAsk(size, memoryLimit);
            if (rejected.isPresent()) throw new DriverException.Failed(rejected.get().why());
        }

        private Optional<Progress.Rejected> tryAsk(Resources size, Bytes memoryLimit)
                throws DriverException, InterruptedException {
            Live pod = pod();
            if (hasMemoryLimit() && size.memory().isLessThan(memoryLimit))
                staysBelow(pod, size.memory());
            return switch (PodsDriver.this.ask(vm, pod, desired(size, memoryLimit), size)) {
                case Answer.Taken(PodContainer now) -> {
                    patched = Optional.of(now);
                    yield Optional.empty();
                }
                case Answer.Refused(Progress.Rejected why) -> Optional.of(why);
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
                    ? MemoryLimits.tooLittle(cgroup(container), memory)
                    : Optional.of("it was killed for want of memory and does not run yet");
        }

        @Override
        public boolean isFree(Bytes memoryLimit) throws DriverException, InterruptedException {
            PodContainer container = pod().container;
            return !container.isRunning()
                    || MemoryLimits.isFree(MemoryOccupancy.of(cgroup(container)), memoryLimit);
        }

        @Override
        public MemoryLimits.Plan plan(Bytes limit, Bytes target)
                throws DriverException, InterruptedException {
            PodContainer container = pod().container;
            if (!container.isRunning()) return new MemoryLimits.Plan(target, Optional.empty());
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
                PodResize.Part part, Ending ending, Optional<ResizeFailure> failure, String why) {
            counts.count(part, ending);
            Optional<Live> live = chosen(vm.name()).flatMap(PodsDriver.this::live);
            if (live.isEmpty()) return;
            if (failure.equals(Optional.of(ResizeFailure.TOO_LARGE))) cap(live.get(), from.min(to));
            tell(live.get(), from, to, ending, why);
        }
    }

    private void tell(Live pod, Resources from, Resources to, Ending ending, String why) {
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
    private sealed interface Answer {
        /// @param now the container as it asks for it
        record Taken(PodContainer now) implements Answer {}

        record Refused(Progress.Rejected why) implements Answer {}
    }

    /// Has the pod ask for `desired`, unless it does already.
    ///
    /// @param to the size that this stands for
    private Answer ask(Found vm, Live pod, ContainerResources desired, Resources to)
            throws DriverException, InterruptedException {
        PodContainer container = pod.container;
        for (int i = 0; i < MOST_TRIES; i++) {
            Optional<String> patch = ResizePatch.of(container, desired);
            if (patch.isEmpty()) return new Answer.Taken(container);
            try {
                Pod after = api.resize(container.name(), patch.get());
                remember(pod, Optional.empty());
                return new Answer.Taken(
                        PodContainer.of(after, container.container().getName()).orElse(container));
            } catch (ApiException.Rejected e) {
                return new Answer.Refused(rejected(e));
            } catch (ApiException e) {
                container = afterRefusal(vm, new Live(pod.chosen, container), to, e);
            } catch (InterruptedException e) {
                isUnsure(new Live(pod.chosen, container), to);
                throw e;
            }
        }
        countFailure();
        throw new DriverException.Failed("the pod was changed by others again and again");
    }

    private void countFailure() {
        for (PodResize.Part part : PodResize.Part.values()) counts.count(part, Ending.FAILED);
    }

    /// The pod as it is now, when it may be tried again with that.
    private PodContainer afterRefusal(Found vm, Live pod, Resources to, ApiException e)
            throws DriverException, InterruptedException {
        if (e instanceof ApiException.Outdated) return fresh(vm, pod.container);
        countFailure();
        if (e instanceof ApiException.Away) isUnsure(pod, to);
        throw switch (e) {
            case ApiException.Missing _ -> new DriverException.Gone("there is no such pod");
            case ApiException.Away _ ->
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
            case ApiException.Outdated _ -> failed("the pod was changed by others", e);
        };
    }

    private static Progress.Rejected rejected(ApiException.Rejected e) {
        String words = String.valueOf(e.getMessage());
        return switch (e.reason()) {
            case QUOTA ->
                    new Progress.Rejected(
                            ResizeFailure.QUOTA, "a ResourceQuota does not allow it: " + words);
            case LIMIT_RANGE ->
                    new Progress.Rejected(
                            ResizeFailure.LIMIT_RANGE, "a LimitRange does not allow it: " + words);
            case ADMISSION ->
                    new Progress.Rejected(
                            ResizeFailure.ADMISSION, "admission does not allow it: " + words);
            case INVALID ->
                    new Progress.Rejected(
                            ResizeFailure.INVALID, "the API server finds it invalid: " + words);
        };
    }

    /// It may be done yet.
    private void isUnsure(Live pod, Resources to) {
        Moment until = now().plus(UNSURE_FOR);
        remember(pod, Optional.of(new Unsure(to, pod.container.resourceVersion(), until)));
    }

    private static DriverException.Failed failed(String what, ApiException e) {
        return new DriverException.Failed(what + ": " + e.getMessage());
    }

    /// As the API server has it now: the watch may be behind.
    private PodContainer fresh(Found vm, PodContainer stale)
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
    private Progress follow(
            PatchedPod patched, ContainerResources desired, long generation, Moment deadline)
            throws DriverException, InterruptedException {
        while (true) {
            long known = pods.bell().count();
            PodContainer container = patched.pod().container;
            boolean current = live(patched.vm).container.generation() >= generation;
            boolean reported = current && container.reports(desired.requests(), desired.limits());
            if (reported && isInKernel(container, desired)) return new Progress.InForce();
            if (current) {
                Progress progress = Progress.of(container, generation);
                if (!(progress instanceof Progress.Underway)) return progress;
            }
            Duration left = deadline.since(now());
            if (!left.isPositive()) return new Progress.Underway();
            // The kubelet writes the kernel's files first, mostly; where it did not, look again.
            pods.bell().await(known, reported && left.compareTo(STEP) > 0 ? STEP : left);
        }
    }

    private boolean isInKernel(PodContainer container, ContainerResources desired)
            throws DriverException, InterruptedException {
        if (!container.isRunning()) return true;
        Cgroup cgroup = cgroup(container);
        var limits = Amounts.quantities(desired.limits());
        Optional<Double> cpus = Amounts.cpus(limits);
        Optional<Bytes> memory = Amounts.memory(limits);
        return (cpus.isEmpty() || Seen.isSame(cpus.get(), cgroup.vcpus().orElse(Double.MAX_VALUE)))
                && (memory.isEmpty()
                        || Seen.isSame(memory.get(), cgroup.memory().orElse(Bytes.MAX)));
    }

    /// What the node could give it at most, were it alone with what is not scaled.
    private Resources most(Live pod, Resources has) {
        Claim claim = memory(pod).proportions.claim();
        return room.get()
                .map(
                        it ->
                                new Resources(
                                                claim.cpus() > 0
                                                        ? it.vcpus() / claim.cpus()
                                                        : it.vcpus(),
                                                claim.memory() > 0
                                                        ? it.memory().times(1 / claim.memory())
                                                        : it.memory())
                                        .inThousandths())
                .orElse(has)
                .max(has);
    }

    private void cap(Live pod, Resources has) {
        update(
                pod,
                it ->
                        new Memory(
                                it.proportions, Optional.of(has), it.unsure, false, it.belowLimit));
    }

    private void remember(Live pod, Optional<Unsure> unsure) {
        update(pod, it -> new Memory(it.proportions, it.cap, unsure, it.deferred, it.belowLimit));
    }

    private void defers(Live pod, boolean deferred) {
        update(pod, it -> new Memory(it.proportions, it.cap, it.unsure, deferred, it.belowLimit));
    }

    private void staysBelow(Live pod, Bytes size) {
        update(
                pod,
                it ->
                        new Memory(
                                it.proportions,
                                it.cap,
                                it.unsure,
                                it.deferred,
                                Stream.concat(Stream.of(size), it.belowLimit.stream())
                                        .distinct()
                                        .limit(MAX_BELOW_LIMIT)
                                        .toList()));
    }

    private void update(Live pod, UnaryOperator<Memory> change) {
        memory(pod);
        memories.computeIfPresent(pod.memoryKey(), (_, it) -> change.apply(it));
    }

    private Lock await(Found vm, Duration within) throws DriverException, InterruptedException {
        Lock turn = turns.get(Math.floorMod(vm.name().hashCode(), TURNS));
        if (!turn.tryLock(within.toNanos(), TimeUnit.NANOSECONDS))
            throw new DriverException.Failed(
                    "what was begun before for %s has not ended within %d ms"
                            .formatted(vm.name(), within.toMillis()));
        return turn;
    }

    private static Moment now() {
        return new Moment(System.nanoTime());
    }

    @Override
    public void close() {}
}
