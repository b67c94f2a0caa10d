package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.Cgroup;
import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.agent.driver.Found;
import dev.elastigres.agent.driver.Found.Bounds;
import dev.elastigres.agent.driver.Looked;
import dev.elastigres.agent.permits.Claim;
import dev.elastigres.core.agent.Outcome;
import dev.elastigres.core.monitor.MemoryRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.driver.ResizeCounts.Ending;
import dev.elastigres.kubernetes.node.Api;
import dev.elastigres.kubernetes.node.ApiException;
import dev.elastigres.kubernetes.node.NodePods;
import dev.elastigres.kubernetes.node.PodContainer;
import dev.elastigres.kubernetes.node.PodNotice;
import dev.elastigres.kubernetes.node.Rejection;
import dev.elastigres.kubernetes.node.TemplateSizes;
import dev.elastigres.kubernetes.targets.Chosen;
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

    /// The kernel's files say nothing by themselves.
    private static final Duration STEP = Duration.ofMillis(50);

    /// For as long as an ask without an answer may still be done.
    private static final Duration UNSURE_FOR = Duration.ofSeconds(30);

    /// The kubelet writes a pod's status while it is resized; so often in a row is no accident.
    private static final int MOST_TRIES = 5;

    /// Below a limit that is reached the kernel kills, so a lower one must leave some room.
    private static final Bytes BUFFER = MemoryRules.DEFAULT.downscaleBuffer();

    /// At the end of the lives of those that only get recommendations.
    private static final String RECOMMENDS = " recommends";

    private static final Resources GRAIN = new Resources(0.001, Bytes.ofMebibytes(1));

    private final NodePods pods;
    private final Supplier<Optional<Resources>> room;
    private final Api api;
    private final TemplateSizes templates;
    private final CgroupTree cgroups;
    private final PodDoors doors;
    private final ResizeCounts counts;
    private final PodNotice.Taker notices;

    /// One call at a time for each pod, in their order. A pod's is chosen by its name, some share
    /// one.
    private final List<Lock> turns =
            Stream.<Lock>generate(() -> new ReentrantLock(true)).limit(TURNS).toList();

    /// What is remembered of each life.
    private final Map<String, Memory> memories = new ConcurrentHashMap<>();

    /// @param proportions as its life began
    /// @param cap what it had when the node was found to have no room for what it was to become
    /// @param unsure what it was asked to become without an answer
    /// @param deferred whether it waits for room
    private record Memory(
            Proportions proportions,
            Optional<Resources> cap,
            Optional<Unsure> unsure,
            boolean deferred) {}

    /// @param resourceVersion of the pod: with another one, nothing comes of it any more
    private record Unsure(Resources target, String resourceVersion, Moment until) {}

    private record Live(Chosen chosen, PodContainer container) {
        String life() {
            return container.life();
        }
    }

    /// @param room what the node has for those that are scaled, where that is known
    /// @param notices hears what users should
    public PodsDriver(
            NodePods pods,
            Supplier<Optional<Resources>> room,
            Api api,
            TemplateSizes templates,
            Path cgroupRoot,
            PodDoors doors,
            ResizeCounts counts,
            PodNotice.Taker notices) {
        this.pods = pods;
        this.room = room;
        this.api = api;
        this.templates = templates;
        cgroups = new CgroupTree(cgroupRoot);
        this.doors = doors;
        this.counts = counts;
        this.notices = notices;
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
        Set<String> lives =
                found.stream().map(it -> plainLife(it.life())).collect(Collectors.toSet());
        memories.keySet().retainAll(lives);
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
                // What counts of the budget is decided as a life begins.
                pod.life() + (scaled ? "" : RECOMMENDS),
                bounds(pod),
                doors.of(pod.container, scaled));
    }

    private static String plainLife(String life) {
        return life.endsWith(RECOMMENDS)
                ? life.substring(0, life.length() - RECOMMENDS.length())
                : life;
    }

    /// Without a limit, what it has stays.
    private Bounds bounds(Live pod) {
        Chosen chosen = pod.chosen;
        PodContainer container = pod.container;
        boolean bounded = chosen.min().isPresent();
        Resources least =
                bounded ? chosen.unit().times(chosen.min().getAsInt()) : templates.of(container);
        Resources most = chosen.unit().times(chosen.max());
        // Nothing becomes smaller than its template says but by a least size of its owner's.
        if (!bounded) most = most.max(least);
        Optional<Resources> cap = memory(container).cap;
        if (cap.isPresent()) most = most.min(most(container, cap.get()));
        // Its owner's least is not had, either, where the node does not have it.
        least = least.min(most);
        Resources asked = container.asked();
        return new Bounds(fixed(container, asked, least), fixed(container, asked, most), GRAIN);
    }

    private static Resources fixed(PodContainer container, Resources asked, Resources otherwise) {
        return new Resources(
                container.hasCpuLimit() ? otherwise.vcpus() : asked.vcpus(),
                container.hasMemoryLimit() ? otherwise.memory() : asked.memory());
    }

    private Memory memory(PodContainer container) {
        return memories.computeIfAbsent(
                container.life(),
                _ ->
                        new Memory(
                                Proportions.of(container),
                                Optional.empty(),
                                Optional.empty(),
                                false));
    }

    /// What a pod takes of what the node has for those that are scaled. Any thread may ask.
    public Claim claim(String vm) {
        return chosen(vm)
                .filter(it -> it.mode() == Mode.AUTO)
                .flatMap(this::live)
                .map(it -> memory(it.container).proportions.claim())
                .orElse(Claim.NONE);
    }

    /// Whether its last resize waits for room on the node. Any thread may ask.
    public boolean isDeferred(String vm) {
        return chosen(vm)
                .flatMap(this::live)
                .map(it -> memory(it.container).deferred)
                .orElse(false);
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
            Resources size = seen(pod.container).size();
            Resources asked = asked(pod.container);
            if (size.equals(asked)) defers(pod.container, false);
            return new Looked(size, asked);
        } finally {
            turn.unlock();
        }
    }

    private Resources asked(PodContainer container) {
        Optional<Unsure> unsure = memory(container).unsure;
        if (unsure.isEmpty()) return container.asked();
        boolean over =
                !unsure.get().resourceVersion.equals(container.resourceVersion())
                        || !now().isBefore(unsure.get().until);
        if (!over) return unsure.get().target;
        remember(container, Optional.empty());
        return container.asked();
    }

    private Seen seen(PodContainer container) throws DriverException, InterruptedException {
        return Seen.of(container, cgroup(container));
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
            if (memory(pod.container).proportions.areFixed())
                return new Outcome.Failed("its container has no limits");
            Resources has = seen(pod.container).size();
            Optional<String> tooLittle = tooLittle(pod.container, has, to);
            if (tooLittle.isPresent()) return refused(pod, has, tooLittle.get());
            long generation = ask(vm, to);
            return follow(vm, has, to, generation, deadline);
        } finally {
            turn.unlock();
        }
    }

    /// Why less memory would be less than it needs; empty when it would not.
    private Optional<String> tooLittle(PodContainer container, Resources has, Resources to)
            throws DriverException, InterruptedException {
        if (!to.memory().isLessThan(has.memory())) return Optional.empty();
        Bytes usage = cgroup(container).usage();
        return to.memory().isLessThan(usage.plus(BUFFER))
                ? Optional.of("%s are in use, and %s stay free".formatted(usage, BUFFER))
                : Optional.empty();
    }

    private Outcome refused(Live pod, Resources stays, String why) {
        count(Ending.ERROR, pod, new PodNotice.Refused(stays, why));
        return new Outcome.Refused(stays, why);
    }

    /// Has the pod ask for `to`, unless it does already. Returns the generation of the pod that
    /// does.
    private long ask(Found vm, Resources to) throws DriverException, InterruptedException {
        PodContainer container = live(vm).container;
        for (int i = 0; i < MOST_TRIES; i++) {
            Proportions proportions = memory(container).proportions;
            Optional<String> patch = ResizePatch.of(container, proportions, to);
            if (patch.isEmpty()) return container.generation();
            try {
                Pod after = api.resize(container.name(), patch.get());
                remember(container, Optional.empty());
                Long generation = after.getMetadata().getGeneration();
                return generation == null ? 0 : generation;
            } catch (ApiException e) {
                container = afterRefusal(vm, container, to, e);
            } catch (InterruptedException e) {
                isUnsure(container, to);
                throw e;
            }
        }
        counts.count(Ending.FAILED);
        throw new DriverException.Failed("the pod was changed by others again and again");
    }

    /// The pod as it is now, when it may be tried again with that.
    private PodContainer afterRefusal(
            Found vm, PodContainer container, Resources to, ApiException e)
            throws DriverException, InterruptedException {
        if (e instanceof ApiException.Outdated) return fresh(vm, container);
        counts.count(Ending.FAILED);
        if (e instanceof ApiException.Away) isUnsure(container, to);
        throw switch (e) {
            case ApiException.Missing _ -> new DriverException.Gone("there is no such pod");
            case ApiException.Away _ -> failed("the API server did not answer", e);
            case ApiException.MissingRight _ ->
                    failed("it has not the right to patch pods/resize", e);
            case ApiException.NotAuthenticated _, ApiException.Unsupported _ ->
                    failed("the API server does not let it", e);
            case ApiException.Rejected it -> failed(rejected(it.reason()), e);
            case ApiException.Outdated _ -> failed("the pod was changed by others", e);
        };
    }

    private static String rejected(Rejection reason) {
        return switch (reason) {
            case QUOTA -> "a ResourceQuota does not allow it";
            case LIMIT_RANGE -> "a LimitRange does not allow it";
            case ADMISSION -> "admission does not allow it";
            case INVALID -> "the API server finds it invalid";
        };
    }

    /// It may be done yet.
    private void isUnsure(PodContainer container, Resources to) {
        Moment until = now().plus(UNSURE_FOR);
        remember(container, Optional.of(new Unsure(to, container.resourceVersion(), until)));
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

    private Outcome follow(Found vm, Resources from, Resources to, long generation, Moment deadline)
            throws DriverException, InterruptedException {
        while (true) {
            long known = pods.bell().count();
            Live pod = live(vm);
            PodContainer container = pod.container;
            Seen seen = seen(container);
            boolean current = container.generation() >= generation;
            if (current && seen.agree() && seen.size().equals(to)) {
                defers(container, false);
                count(Ending.DONE, pod, new PodNotice.Resized(from, to));
                return new Outcome.Done(to);
            }
            if (current) {
                switch (Progress.of(container, generation)) {
                    case Progress.Underway() -> {}
                    case Progress.Deferred(String why) -> {
                        if (!memory(container).deferred)
                            count(Ending.DEFERRED, pod, new PodNotice.Deferred(to, why));
                        defers(container, true);
                        return new Outcome.Partial(
                                seen.size(), Optional.of("it waits its turn: " + why));
                    }
                    case Progress.Infeasible(String why) -> {
                        cap(container, seen.size());
                        count(Ending.INFEASIBLE, pod, new PodNotice.Infeasible(to, why));
                        return new Outcome.Failed("the node never has room for that: " + why);
                    }
                    case Progress.Failing(String why) -> {
                        return putBack(vm, pod, seen.size(), to, why);
                    }
                }
            }
            Duration left = deadline.since(now());
            if (!left.isPositive()) {
                counts.count(Ending.LATE);
                return new Outcome.Partial(seen.size(), Optional.of("the kubelet has not done it"));
            }
            // The kubelet writes the kernel's files first, mostly; where it did not, look again.
            boolean reported = current && container.reported().equals(to);
            pods.bell().await(known, reported && left.compareTo(STEP) > 0 ? STEP : left);
        }
    }

    /// Goes back to what it has. The kubelet would go on trying for ever, and do it in the end when
    /// nobody is prepared for it.
    private Outcome putBack(Found vm, Live pod, Resources has, Resources to, String why)
            throws DriverException, InterruptedException {
        if (has.min(to).equals(has)) {
            counts.count(Ending.ERROR);
            return new Outcome.Failed("the kubelet cannot: " + why);
        }
        Resources reported = pod.container.reported();
        ask(vm, reported);
        return refused(pod, reported, why);
    }

    /// What the node could give it at most, were it alone with what is not scaled.
    private Resources most(PodContainer container, Resources has) {
        Claim claim = memory(container).proportions.claim();
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

    private void cap(PodContainer container, Resources has) {
        update(container, it -> new Memory(it.proportions, Optional.of(has), it.unsure, false));
    }

    private void remember(PodContainer container, Optional<Unsure> unsure) {
        update(container, it -> new Memory(it.proportions, it.cap, unsure, it.deferred));
    }

    private void defers(PodContainer container, boolean deferred) {
        update(container, it -> new Memory(it.proportions, it.cap, it.unsure, deferred));
    }

    private void update(PodContainer container, UnaryOperator<Memory> change) {
        memory(container);
        memories.computeIfPresent(container.life(), (_, it) -> change.apply(it));
    }

    private void count(Ending ending, Live pod, PodNotice notice) {
        counts.count(ending);
        notices.take(pod.chosen, notice);
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
