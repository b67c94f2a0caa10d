package dev.elastigres.kubernetes.eviction;

import static dev.elastigres.daemon.thread.MonotonicClock.now;

import dev.elastigres.agent.permits.HostShare;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.log.LogRateLimiter;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.daemon.thread.Threads;
import dev.elastigres.kubernetes.eviction.Evictions.EvictionAttempt;
import dev.elastigres.kubernetes.node.ApiClient;
import dev.elastigres.kubernetes.node.NodePods;
import dev.elastigres.kubernetes.node.PodNotice;
import dev.elastigres.kubernetes.node.PodRequests;
import dev.elastigres.kubernetes.targets.OnNodeFull;
import dev.elastigres.kubernetes.targets.ScaledPod;
import dev.elastigres.kubernetes.targets.ScalingMode;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Handles pods that have lacked room on their node for some time: it notifies users, and evicts
/// pods whose autoscaler says so. It checks once a second, from the state in this process.
public final class NodeFullHandler implements AutoCloseable {
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

    private final NodePods pods;
    private final Supplier<List<FleetVm>> vms;
    private final Predicate<String> isDeferred;
    private final Duration after;
    private final Function<String, HostShare> shares;
    private final Evictions evictions;
    private final PodNotice.PodNoticeListener notices;
    private final Log log;
    private final LogRateLimiter rateLimiter;
    private final CapacityShortages shortages = new CapacityShortages();

    /// Names of the pods whose users were notified of the current shortage.
    private final Set<String> notified = new HashSet<>();

    private final Thread thread = Thread.ofVirtual().name("node-full").unstarted(this::run);

    /// A VM and its state in the fleet.
    public record FleetVm(String name, State state) {}

    /// @param isDeferred whether the node has deferred the resize of the pod with this name
    /// @param after time that a pod must lack room before it is handled
    /// @param shares share of a pod's size that the pod requests, by the pod's name
    public NodeFullHandler(
            NodePods pods,
            Supplier<List<FleetVm>> vms,
            Predicate<String> isDeferred,
            Duration after,
            Function<String, HostShare> shares,
            ApiClient api,
            EvictionLeases leases,
            PodNotice.PodNoticeListener notices,
            Log log) {
        this.pods = pods;
        this.vms = vms;
        this.isDeferred = isDeferred;
        this.after = after;
        this.notices = notices;
        this.log = log;
        this.shares = shares;
        evictions = new Evictions(pods, api, leases, Clock.systemUTC());
        rateLimiter = new LogRateLimiter(log, MonotonicClock::now);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(CHECK_INTERVAL);
                try {
                    update();
                } catch (RuntimeException e) {
                    log.error("a bug in the check for room on the node", "cause", e);
                }
            }
        } catch (InterruptedException _) {
            // Only close() interrupts this thread.
        }
    }

    private void update() throws InterruptedException {
        Moment now = now();
        var lacking = new HashMap<String, State>();
        for (FleetVm vm : vms.get()) if (lacksRoom(vm)) lacking.put(vm.name, vm.state);
        shortages.update(lacking.keySet(), now);
        notified.retainAll(lacking.keySet());
        evictions.removeStale();
        for (ScaledPod chosen : pods.chosen().values()) {
            String name = chosen.pod().toString();
            State state = lacking.get(name);
            if (state != null
                    && chosen.mode() == ScalingMode.AUTO
                    && shortages.lasts(name, after, now)) act(chosen, state, now);
        }
    }

    private boolean lacksRoom(FleetVm vm) {
        Resources wanted = vm.state.why().wanted();
        boolean permitted = vm.state.scheduler().permit().covers(wanted);
        return !vm.state.current().covers(wanted) && (!permitted || isDeferred.test(vm.name));
    }

    private void act(ScaledPod chosen, State state, Moment now) throws InterruptedException {
        if (chosen.onNodeFull() == OnNodeFull.WAIT) return;
        String name = chosen.pod().toString();
        Resources current = state.current();
        Resources wanted = state.why().wanted();
        if (notified.add(name)) {
            String reason = state.why().reasons().ofChange(current, wanted).text();
            notices.take(chosen, new PodNotice.NodeFull(current, wanted, reason));
        }
        if (chosen.onNodeFull() == OnNodeFull.EVICT) evict(chosen, wanted, now);
    }

    private void evict(ScaledPod chosen, Resources wanted, Moment now) throws InterruptedException {
        Optional<Pod> pod =
                pods.pod(chosen.pod())
                        .filter(it -> it.getMetadata().getUid().equals(chosen.uid()))
                        .filter(it -> it.getMetadata().getDeletionTimestamp() == null);
        if (pod.isEmpty() || !evictions.isFree(now) || !evictions.isDue(pod.get(), now)) return;
        String name = chosen.pod().toString();
        Resources needed =
                PodRequests.without(pod.get(), chosen.container())
                        .plus(shares.apply(name).of(wanted));
        switch (evictions.evict(pod.get(), needed, now)) {
            case EvictionAttempt.Granted(String node) -> {
                log.info("pod evicted: its node has no room for it", "vm", name, "room_on", node);
                notices.take(
                        chosen,
                        new PodNotice.Evicted(
                                "its node has no room for what it needs, and " + node + " has"));
            }
            case EvictionAttempt.Refused(String why) -> {
                rateLimiter.write(
                        name, LogLevel.WARN, "pod not evicted", "vm", name, "reason", why);
                notices.take(chosen, new PodNotice.NotEvicted(why));
            }
        }
    }

    @Override
    public void close() {
        Threads.end(thread);
    }
}
