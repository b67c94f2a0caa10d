package dev.elastigres.kubernetes.driver;

import static dev.elastigres.daemon.thread.MonotonicClock.now;

import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.agent.driver.DiscoveredVm.OomKill;
import dev.elastigres.agent.driver.DiscoveredVm.VmEndpoints;
import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.agent.driver.ObservedSize;
import dev.elastigres.agent.permits.HostShare;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.kubernetes.node.ApiClient;
import dev.elastigres.kubernetes.node.NodePods;
import dev.elastigres.kubernetes.node.PodNotice;
import dev.elastigres.kubernetes.node.TemplateSizes;
import dev.elastigres.kubernetes.targets.ScalingMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Driver for the scaled pods of a Kubernetes node. A pod's size is the limits of its Postgres
/// container. They are changed in place, and a size is in force when both the kubelet and the
/// kernel report it.
///
/// Pods are read from a watch; the API server is called only to change them.
public final class PodsDriver implements Driver {
    private static final int LOCKS = 64;

    private final TrackedPods pods;
    private final PodRecords records;
    private final PodSizes sizes;
    private final PodResizer resizer;
    private final PodEndpoints endpoints;
    private final OomKills oomKills = new OomKills();

    /// Fair locks, so that calls for one pod run one at a time and in order. A pod's lock is chosen
    /// by the hash of its name; several pods may share a lock.
    private final List<Lock> podLocks =
            Stream.<Lock>generate(() -> new ReentrantLock(true)).limit(LOCKS).toList();

    /// @param room the node's budget for scaled pods, as requests; empty if it is unknown
    /// @param cgroupRoot mount point of the host's cgroup tree
    /// @param notices receives the resize results that become events of the pod
    /// @param reclaimer frees page cache; empty if no reclaimer runs on the node
    public PodsDriver(
            NodePods pods,
            Supplier<Optional<Resources>> room,
            ApiClient api,
            TemplateSizes templates,
            Path cgroupRoot,
            PodEndpoints endpoints,
            ResizeCounts counts,
            PodNotice.PodNoticeListener notices,
            Optional<Reclaimer> reclaimer) {
        this.pods = new TrackedPods(pods);
        this.endpoints = endpoints;
        records = new PodRecords(templates);
        sizes = new PodSizes(records, templates, new CgroupTree(cgroupRoot), room);
        resizer =
                new PodResizer(
                        this.pods,
                        records,
                        sizes,
                        new ResizeRequester(api, records, counts, MonotonicClock::now),
                        new PodMemoryLimits(reclaimer),
                        counts,
                        notices,
                        MonotonicClock::now);
    }

    @Override
    public String name() {
        return "pods";
    }

    @Override
    public List<DiscoveredVm> find() throws DriverException {
        Optional<String> unknown = pods.pods().unknown();
        if (unknown.isPresent()) throw new DriverException.Failed(unknown.get());
        List<DiscoveredVm> found = pods.all().stream().map(this::describe).toList();
        records.retain(found.stream().map(DiscoveredVm::life).collect(Collectors.toSet()));
        oomKills.clean(pods.pods().pods());
        return found;
    }

    private DiscoveredVm describe(TrackedPod pod) {
        boolean scaled = pod.chosen().mode() == ScalingMode.AUTO;
        return new DiscoveredVm(
                pod.chosen().pod().toString(),
                pod.lifeAndTerms(),
                sizes.bounds(pod),
                pod.container().isRunning()
                        ? endpoints.of(pod.container(), scaled)
                        : VmEndpoints.NONE,
                oomKill(pod));
    }

    /// Returns empty for a pod whose memory limit does not change, because a resize cannot prevent
    /// the next kill.
    private Optional<OomKill> oomKill(TrackedPod pod) {
        if (records.of(pod).ratios().memory().isEmpty()) return Optional.empty();
        return oomKills.of(pod.container());
    }

    /// Returns the fraction of the pod's size that counts against the node's budget. Thread-safe.
    public HostShare claim(String vm) {
        return pods.find(vm)
                .filter(it -> it.chosen().mode() == ScalingMode.AUTO)
                .map(it -> records.of(it).ratios().share())
                .orElse(HostShare.NONE);
    }

    /// Returns whether the kubelet has deferred the pod's last resize for lack of room.
    /// Thread-safe.
    public boolean isDeferred(String vm) {
        return pods.find(vm).map(it -> records.of(it).deferred()).orElse(false);
    }

    @Override
    public ObservedSize look(DiscoveredVm vm, Duration within)
            throws DriverException, InterruptedException {
        Lock lock = await(vm, within);
        try {
            TrackedPod pod = pods.live(vm);
            Resources size = sizes.inForce(pod);
            Resources requested = sizes.requested(pod, now());
            if (size.equals(requested)) records.update(pod, it -> it.withDeferred(false));
            return new ObservedSize(size, requested);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public ResizeOutcome resize(DiscoveredVm vm, Resources from, Resources to, Duration within)
            throws DriverException, InterruptedException {
        Moment deadline = now().plus(within);
        Lock lock = await(vm, within);
        try {
            TrackedPod pod = pods.live(vm);
            return pod.chosen().mode() == ScalingMode.RECOMMEND
                    ? new ResizeOutcome.Failed(
                            "mode is Recommend: the new size would be " + to.text())
                    : resizer.resize(vm, pod, from, to, deadline);
        } finally {
            lock.unlock();
        }
    }

    private Lock await(DiscoveredVm vm, Duration within)
            throws DriverException, InterruptedException {
        Lock lock = podLocks.get(Math.floorMod(vm.name().hashCode(), LOCKS));
        if (!lock.tryLock(within.toNanos(), TimeUnit.NANOSECONDS))
            throw new DriverException.Failed(
                    "an earlier call for %s has not ended within %d ms"
                            .formatted(vm.name(), within.toMillis()));
        return lock;
    }

    @Override
    public void close() {}
}
