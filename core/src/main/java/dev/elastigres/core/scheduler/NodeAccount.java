package dev.elastigres.core.scheduler;

import dev.elastigres.core.scheduler.BookedPod.UnmetGrowth;
import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Bookings of one node. It also exists for a node that is not known yet, so that pods seen before
/// their node count from the moment it appears. Mutable; owned by the [PermitLedger].
final class NodeAccount {
    /// Maximum number of pods on a node.
    static final int MAX_PODS = 32_768;

    private static final Comparator<BookedPod> WAKE_ORDER =
            Comparator.comparing((BookedPod it) -> !it.unmet().orElseThrow().urgent())
                    .thenComparingLong(it -> it.unmet().orElseThrow().order());

    private final String name;
    private Optional<AllocatableNode> node = Optional.empty();
    private LedgerUnits total = LedgerUnits.ZERO;
    private LedgerUnits booked = LedgerUnits.ZERO;
    private LedgerUnits sizes = LedgerUnits.ZERO;
    private LedgerUnits moving = LedgerUnits.ZERO;
    private int pods;

    /// VMs whose last request was not met, by UID.
    private final Map<String, BookedPod> waiting = new LinkedHashMap<>();

    NodeAccount(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    Optional<AllocatableNode> node() {
        return node;
    }

    void observe(Optional<AllocatableNode> observed) {
        node = observed;
        total =
                observed.map(it -> LedgerUnits.of(it.allocatable()).min(LedgerUnits.MAX))
                        .orElse(LedgerUnits.ZERO);
    }

    int pods() {
        return pods;
    }

    boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    /// Returns what is free; negative where more is booked than there is.
    LedgerUnits free() {
        return total.minus(booked);
    }

    LedgerUnits total() {
        return total;
    }

    void add(BookedPod pod) {
        pods++;
        count(pod, 1);
    }

    void remove(BookedPod pod) {
        pods--;
        waiting.remove(pod.pod().uid());
        count(pod, -1);
    }

    /// Changes the size of a pod of this node.
    void resize(BookedPod pod, LedgerUnits size) {
        count(pod, -1);
        pod.resize(size);
        count(pod, 1);
    }

    private void count(BookedPod pod, int sign) {
        if (pod.kind() == BookingKind.FINISHED) return;
        LedgerUnits taken = signed(pod.taken(), sign);
        booked = booked.plus(taken);
        sizes = sizes.plus(signed(pod.size(), sign));
        if (pod.kind() == BookingKind.MOVE_SOURCE) moving = moving.plus(taken);
    }

    private static LedgerUnits signed(LedgerUnits amount, int sign) {
        return new LedgerUnits(sign * amount.millis(), sign * amount.bytes());
    }

    void await(BookedPod pod, UnmetGrowth growth) {
        pod.await(Optional.of(growth));
        waiting.put(pod.pod().uid(), pod);
    }

    void settle(BookedPod pod) {
        pod.await(Optional.empty());
        waiting.remove(pod.pod().uid());
    }

    /// Drops claims that were not repeated for `waitCounts`.
    void expire(Duration waitCounts, Moment now) {
        waiting.values()
                .removeIf(
                        it ->
                                it.unmet()
                                        .filter(g -> now.since(g.at()).compareTo(waitCounts) < 0)
                                        .isEmpty());
    }

    /// Returns how much `pod` may grow now, towards `claim` and beside the claims of those who
    /// wait.
    LedgerUnits growth(BookedPod pod, UnmetGrowth claim) {
        var cpus = new GrowthClaims();
        var memory = new GrowthClaims();
        add(pod, claim, cpus, memory);
        for (BookedPod other : waiting.values())
            if (other != pod) other.unmet().ifPresent(it -> add(other, it, cpus, memory));
        LedgerUnits free = free();
        return new LedgerUnits(
                cpus.distribute(free.millis())[0], memory.distribute(free.bytes())[0]);
    }

    /// Returns the waiting VMs that would get more if they requested it now: urgent ones first,
    /// then in the order of their first denial.
    List<PodIdentity> wakeUps() {
        var cpus = new GrowthClaims();
        var memory = new GrowthClaims();
        var pods = List.copyOf(waiting.values());
        for (BookedPod pod : pods) add(pod, pod.unmet().orElseThrow(), cpus, memory);
        LedgerUnits free = free();
        long[] moreCpus = cpus.distribute(free.millis());
        long[] moreMemory = memory.distribute(free.bytes());
        var woken = new ArrayList<BookedPod>();
        for (int i = 0; i < pods.size(); i++)
            if (moreCpus[i] > 0 || moreMemory[i] > 0) woken.add(pods.get(i));
        return woken.stream().sorted(WAKE_ORDER).map(BookedPod::pod).toList();
    }

    private static void add(
            BookedPod pod, UnmetGrowth claim, GrowthClaims cpus, GrowthClaims memory) {
        LedgerUnits unit = LedgerUnits.of(claim.unit().times(1));
        LedgerUnits size = pod.size();
        LedgerUnits wanted = claim.wanted();
        long cpuFactor = Math.round(pod.overcommit().cpu() * 1000);
        long memoryFactor = Math.round(pod.overcommit().memory() * 1000);
        cpus.add(
                size.millis(),
                wanted.millis(),
                Math.max(1, unit.millis()),
                cpuFactor,
                claim.urgent(),
                claim.order());
        memory.add(
                size.bytes(),
                wanted.bytes(),
                unit.bytes(),
                memoryFactor,
                claim.urgent(),
                claim.order());
    }

    NodeUsage usage() {
        return new NodeUsage(
                name,
                total.toResources(),
                booked.toResources(),
                sizes.toResources(),
                moving.toResources(),
                waiting.size());
    }

    /// Returns why a VM of this node cannot grow now, as one clause.
    String shortage(BookedPod pod) {
        if (node.isEmpty()) return "node " + name + " is not known";
        LedgerUnits free = free().max(LedgerUnits.ZERO);
        int others = waiting.size() - (waiting.containsKey(pod.pod().uid()) ? 1 : 0);
        String left =
                "node %s has %s left of %s"
                        .formatted(name, free.toResources().text(), total.toResources().text());
        return others == 0
                ? left
                : left + ", and " + others + (others == 1 ? " other VM waits" : " other VMs wait");
    }
}
