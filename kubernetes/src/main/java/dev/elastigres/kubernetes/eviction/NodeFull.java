package dev.elastigres.kubernetes.eviction;

import dev.elastigres.agent.permits.Claim;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Level;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.Repeats;
import dev.elastigres.daemon.thread.Threads;
import dev.elastigres.kubernetes.eviction.Evictions.Attempt;
import dev.elastigres.kubernetes.node.Api;
import dev.elastigres.kubernetes.node.NodePods;
import dev.elastigres.kubernetes.node.PodNotice;
import dev.elastigres.kubernetes.node.PodRequests;
import dev.elastigres.kubernetes.targets.Chosen;
import dev.elastigres.kubernetes.targets.Mode;
import dev.elastigres.kubernetes.targets.OnNodeFull;
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

/// Does what is to be done when pods have lacked room for some time. It looks once a second at what
/// this process knows.
public final class NodeFull implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final NodePods pods;
    private final Supplier<List<Vm>> vms;
    private final Predicate<String> isDeferred;
    private final Duration after;
    private final Function<String, Claim> claims;
    private final Evictions evictions;
    private final PodNotice.Taker notices;
    private final Log log;
    private final Repeats repeats;
    private final Shortages shortages = new Shortages();

    /// Those that were told of, by their names.
    private final Set<String> told = new HashSet<>();

    private final Thread thread = Thread.ofVirtual().name("node-full").unstarted(this::follow);

    /// A VM as the fleet shows it.
    public record Vm(String name, State state) {}

    /// @param isDeferred whether the node has put off what a pod was to become
    /// @param after how long a pod lacks room before anything is done
    /// @param claims what part of a pod's size it requests
    public NodeFull(
            NodePods pods,
            Supplier<List<Vm>> vms,
            Predicate<String> isDeferred,
            Duration after,
            Function<String, Claim> claims,
            Api api,
            EvictionLeases leases,
            PodNotice.Taker notices,
            Log log) {
        this.pods = pods;
        this.vms = vms;
        this.isDeferred = isDeferred;
        this.after = after;
        this.notices = notices;
        this.log = log;
        this.claims = claims;
        evictions = new Evictions(pods, api, leases, Clock.systemUTC());
        repeats = new Repeats(log, NodeFull::now);
    }

    public void start() {
        thread.start();
    }

    private void follow() {
        try {
            while (true) {
                Thread.sleep(EVERY);
                try {
                    look();
                } catch (RuntimeException e) {
                    log.error("a bug in looking for room", "cause", e);
                }
            }
        } catch (InterruptedException _) {
            // Nobody interrupts it but to end it.
        }
    }

    private void look() throws InterruptedException {
        Moment now = now();
        var lacking = new HashMap<String, State>();
        for (Vm vm : vms.get()) if (lacksRoom(vm)) lacking.put(vm.name, vm.state);
        shortages.look(lacking.keySet(), now);
        told.retainAll(lacking.keySet());
        evictions.clean();
        for (Chosen chosen : pods.chosen().values()) {
            String name = chosen.pod().toString();
            State state = lacking.get(name);
            if (state != null && chosen.mode() == Mode.AUTO && shortages.lasts(name, after, now))
                act(chosen, state, now);
        }
    }

    private boolean lacksRoom(Vm vm) {
        Resources wanted = vm.state.why().wanted();
        boolean permitted = vm.state.scheduler().permit().covers(wanted);
        return !vm.state.has().covers(wanted) && (!permitted || isDeferred.test(vm.name));
    }

    private void act(Chosen chosen, State state, Moment now) throws InterruptedException {
        if (chosen.onNodeFull() == OnNodeFull.WAIT) return;
        String name = chosen.pod().toString();
        Resources has = state.has();
        Resources wanted = state.why().wanted();
        if (told.add(name))
            notices.take(chosen, new PodNotice.NodeFull(has, wanted, state.why().reason().text()));
        if (chosen.onNodeFull() == OnNodeFull.EVICT) evict(chosen, wanted, now);
    }

    private void evict(Chosen chosen, Resources wanted, Moment now) throws InterruptedException {
        Optional<Pod> pod =
                pods.pod(chosen.pod())
                        .filter(it -> it.getMetadata().getUid().equals(chosen.uid()))
                        .filter(it -> it.getMetadata().getDeletionTimestamp() == null);
        if (pod.isEmpty() || !evictions.isFree(now) || !evictions.isDue(pod.get(), now)) return;
        String name = chosen.pod().toString();
        Resources needed =
                PodRequests.without(pod.get(), chosen.container())
                        .plus(claims.apply(name).of(wanted));
        switch (evictions.evict(pod.get(), needed, now)) {
            case Attempt.Granted(String node) -> {
                log.info("pod evicted: its node has no room for it", "vm", name, "room_on", node);
                notices.take(
                        chosen,
                        new PodNotice.Evicted(
                                "its node has no room for what it needs, and " + node + " has"));
            }
            case Attempt.Refused(String why) -> {
                repeats.write(name, Level.WARN, "pod not evicted", "vm", name, "reason", why);
                notices.take(chosen, new PodNotice.NotEvicted(why));
            }
        }
    }

    private static Moment now() {
        return new Moment(System.nanoTime());
    }

    @Override
    public void close() {
        Threads.end(thread);
    }
}
