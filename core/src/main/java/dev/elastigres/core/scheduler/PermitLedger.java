package dev.elastigres.core.scheduler;

import dev.elastigres.core.scheduler.BookedPod.UnmetGrowth;
import dev.elastigres.core.scheduler.LedgerAnswer.RejectionReason;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Permits for the sizes of the VMs of a cluster, booked on their nodes. Not safe for use by
/// several threads.
///
/// Each VM is booked with an upper bound of what it has and may get. Growth is booked before it is
/// permitted, and only up to what the node has left. A shrink is booked after it has happened, and
/// not within [LedgerRules#settleTime] after a growth. A permit is never revoked: a node with more
/// bookings than room permits no growth.
///
/// Room that becomes free belongs to the VMs that wait for it, see [GrowthClaims]. It is rebuilt
/// from the objects of the cluster, and answers nothing before.
public final class PermitLedger {
    /// Maximum number of nodes.
    public static final int MAX_NODES = 50_000;

    /// Maximum number of pods.
    public static final int MAX_PODS = 2_000_000;

    private final LedgerRules rules;
    private final Map<String, NodeAccount> nodes = new HashMap<>();
    private final Map<String, BookedPod> byUid = new HashMap<>();
    private final Map<PodKey, BookedPod> byName = new HashMap<>();

    /// Nodes on which room became free while VMs wait.
    private final Set<String> freed = new LinkedHashSet<>();

    private boolean ready;
    private long claims;

    private record PodKey(String namespace, String name) {
        static PodKey of(PodIdentity pod) {
            return new PodKey(pod.namespace(), pod.name());
        }
    }

    public PermitLedger(LedgerRules rules) {
        this.rules = rules;
    }

    /// Makes the ledger equal to a complete list of the cluster's objects. Permits of VMs that are
    /// still there are kept. From now on, requests are answered.
    ///
    /// @return what cannot be booked as it is
    public List<BookingProblem> rebuild(
            Collection<AllocatableNode> allNodes, Collection<PodBooking> allPods, Moment now) {
        var names = new HashSet<String>();
        for (AllocatableNode node : allNodes) names.add(node.name());
        for (String name : List.copyOf(nodes.keySet())) if (!names.contains(name)) removeNode(name);
        var uids = new HashSet<String>();
        for (PodBooking pod : allPods) uids.add(pod.pod().uid());
        for (String uid : List.copyOf(byUid.keySet())) if (!uids.contains(uid)) removePod(uid);

        var problems = new ArrayList<BookingProblem>();
        for (AllocatableNode node : allNodes) putNode(node).ifPresent(problems::add);
        for (PodBooking pod : allPods) putPod(pod, now).ifPresent(problems::add);
        ready = true;
        return List.copyOf(problems);
    }

    /// Returns whether the ledger was rebuilt, so that requests are answered.
    public boolean isReady() {
        return ready;
    }

    /// Adds a node or replaces what is known of it.
    ///
    /// @return why it cannot be booked as it is
    public Optional<BookingProblem> putNode(AllocatableNode node) {
        String object = "node " + node.name();
        if (!nodes.containsKey(node.name()) && nodes.size() >= MAX_NODES)
            return Optional.of(
                    new BookingProblem(
                            object, "more than " + MAX_NODES + " nodes; its VMs cannot grow"));
        account(node.name()).observe(Optional.of(node));
        free(node.name());
        return LedgerUnits.of(node.allocatable()).exceeds(LedgerUnits.MAX)
                ? Optional.of(new BookingProblem(object, "larger than a node can be; " + counted()))
                : Optional.empty();
    }

    /// Removes a node. Its pods are kept: they count again if the node comes back.
    public void removeNode(String name) {
        NodeAccount account = nodes.get(name);
        if (account == null) return;
        account.observe(Optional.empty());
        drop(account);
    }

    /// Adds a pod or replaces what is known of it.
    ///
    /// @return why it cannot be booked as it is
    public Optional<BookingProblem> putPod(PodBooking booking, Moment now) {
        String object = "pod " + booking.pod().text();
        BookedPod known = byUid.get(booking.pod().uid());
        if (known == null && byUid.size() >= MAX_PODS)
            return Optional.of(new BookingProblem(object, "more than " + MAX_PODS + " pods"));
        boolean sameNode = known != null && known.node().equals(booking.node());
        if (!sameNode && account(booking.node()).pods() >= NodeAccount.MAX_PODS)
            return Optional.of(
                    new BookingProblem(
                            object,
                            "more than %d pods on node %s"
                                    .formatted(NodeAccount.MAX_PODS, booking.node())));
        if (known == null) add(new BookedPod(booking, now));
        else observe(known, booking, now);
        return LedgerUnits.of(booking.size()).exceeds(LedgerUnits.MAX)
                ? Optional.of(new BookingProblem(object, "larger than a pod can be; " + counted()))
                : Optional.empty();
    }

    private static String counted() {
        return "it counts as " + LedgerUnits.MAX.toResources().text();
    }

    private void add(BookedPod pod) {
        byUid.put(pod.pod().uid(), pod);
        byName.put(PodKey.of(pod.pod()), pod);
        account(pod.node()).add(pod);
    }

    private void observe(BookedPod pod, PodBooking booking, Moment now) {
        NodeAccount before = account(pod.node());
        before.remove(pod);
        pod.observe(booking, now);
        NodeAccount after = account(pod.node());
        after.add(pod);
        pod.unmet().ifPresent(it -> after.await(pod, it));
        free(before.name());
        drop(before);
    }

    /// Removes a pod and frees its booking.
    public void removePod(String uid) {
        BookedPod pod = byUid.remove(uid);
        if (pod == null) return;
        // A pod of the same name may have been created meanwhile.
        byName.remove(PodKey.of(pod.pod()), pod);
        NodeAccount account = account(pod.node());
        account.remove(pod);
        free(account.name());
        drop(account);
    }

    private NodeAccount account(String node) {
        return nodes.computeIfAbsent(node, NodeAccount::new);
    }

    private void drop(NodeAccount account) {
        if (account.node().isPresent() || account.pods() > 0) return;
        nodes.remove(account.name());
        freed.remove(account.name());
    }

    private void free(String node) {
        NodeAccount account = nodes.get(node);
        if (account != null && account.hasWaiting()) freed.add(node);
    }

    /// Answers a request. The permit of the answer is booked.
    public LedgerAnswer ask(LedgerRequest request, Moment now) {
        if (!ready) return new LedgerAnswer.Rejected(RejectionReason.NOT_READY);
        BookedPod pod = byName.get(new PodKey(request.namespace(), request.pod()));
        if (pod == null || pod.kind() == BookingKind.FINISHED)
            return new LedgerAnswer.Rejected(RejectionReason.UNKNOWN_POD);
        if (!pod.kind().isVm()) return new LedgerAnswer.Rejected(RejectionReason.NO_VM);
        LedgerUnits wanted = LedgerUnits.of(request.wanted());
        if (wanted.exceeds(LedgerUnits.MAX))
            return new LedgerAnswer.Rejected(RejectionReason.TOO_LARGE);
        NodeAccount node = account(pod.node());
        return switch (pod.kind()) {
            case SCALED_VM -> scale(node, pod, request, now);
            case MOVE_SOURCE -> {
                shrink(node, pod, wanted, now);
                yield unchanged(pod, wanted, true, "the VM is being moved");
            }
            case MOVE_TARGET -> unchanged(pod, wanted, false, "the VM is being moved to here");
            case FIXED_VM -> unchanged(pod, wanted, false, "the VM is not autoscaled");
            case POD, FINISHED -> throw new IllegalStateException("no VM: " + pod.pod());
        };
    }

    private static LedgerAnswer unchanged(
            BookedPod pod, LedgerUnits wanted, boolean moving, String reason) {
        Resources permit = wanted.min(pod.size()).toResources();
        return wanted.exceeds(pod.size())
                ? new LedgerAnswer.Denied(permit, false, moving, reason)
                : new LedgerAnswer.Granted(permit);
    }

    private LedgerAnswer scale(NodeAccount node, BookedPod pod, LedgerRequest request, Moment now) {
        LedgerUnits wanted = LedgerUnits.of(request.wanted());
        shrink(node, pod, wanted, now);
        LedgerUnits before = pod.size();
        var claim =
                new UnmetGrowth(
                        wanted,
                        request.unit(),
                        request.urgent(),
                        pod.unmet().map(UnmetGrowth::order).orElseGet(() -> claims++),
                        now);
        if (wanted.exceeds(before)) {
            node.expire(rules.waitCounts(), now);
            LedgerUnits more = node.growth(pod, claim);
            if (more.exceeds(LedgerUnits.ZERO)) node.resize(pod, before.plus(more));
        }
        LedgerUnits permit = wanted.min(pod.size());
        LedgerUnits stated = request.lastPermit().map(LedgerUnits::of).orElse(LedgerUnits.ZERO);
        // A claim may only prolong the time during which older reports do not shrink the booking.
        if (pod.size().exceeds(before) || permit.exceeds(stated)) pod.grown(now);
        if (permit.equals(wanted)) {
            node.settle(pod);
            return new LedgerAnswer.Granted(request.wanted());
        }
        node.await(pod, claim);
        return new LedgerAnswer.Denied(
                permit.toResources(), pod.size().exceeds(before), false, node.shortage(pod));
    }

    /// Lowers the booking of a VM to what it wants, unless it could have grown meanwhile.
    private void shrink(NodeAccount node, BookedPod pod, LedgerUnits wanted, Moment now) {
        if (!pod.size().exceeds(wanted)
                || now.since(pod.grownAt()).compareTo(rules.settleTime()) < 0) return;
        node.resize(pod, pod.size().min(wanted));
        free(node.name());
    }

    /// Takes back a growth that was booked and that the cluster then refused for certain, so that
    /// the VM never gets it.
    ///
    /// @param stored the size that the cluster has stored for the pod
    public void withdraw(String namespace, String name, Resources stored) {
        BookedPod pod = byName.get(new PodKey(namespace, name));
        if (pod == null) return;
        NodeAccount node = account(pod.node());
        node.resize(pod, pod.size().min(LedgerUnits.of(stored)));
        free(node.name());
    }

    /// Returns the waiting VMs for which there is room now, since the last call: of each node
    /// urgent ones first. They get it when they repeat their requests.
    public List<PodIdentity> wakeUps(Moment now) {
        if (freed.isEmpty()) return List.of();
        var all = new ArrayList<PodIdentity>();
        for (String name : freed) {
            NodeAccount node = account(name);
            node.expire(rules.waitCounts(), now);
            all.addAll(node.wakeUps());
        }
        freed.clear();
        return List.copyOf(all);
    }

    /// Returns what was last seen of a pod's object. Its size may differ from the booked one.
    public Optional<PodBooking> observed(String namespace, String pod) {
        return Optional.ofNullable(byName.get(new PodKey(namespace, pod))).map(BookedPod::observed);
    }

    /// Returns the size that is booked for a pod.
    public Optional<Resources> booked(String namespace, String pod) {
        return Optional.ofNullable(byName.get(new PodKey(namespace, pod)))
                .map(it -> it.size().toResources());
    }

    /// Returns what a pod would take of its node in addition if its last request was met; zero if
    /// it was, or if it is older than [LedgerRules#waitCounts].
    public Resources unmet(String namespace, String name, Moment now) {
        BookedPod pod = byName.get(new PodKey(namespace, name));
        if (pod == null) return Resources.ZERO;
        return pod.unmet()
                .filter(it -> now.since(it.at()).compareTo(rules.waitCounts()) < 0)
                .map(it -> pod.overcommit().units(it.wanted().max(pod.size()).toResources()))
                .map(it -> it.minus(pod.taken()).toResources())
                .orElse(Resources.ZERO);
    }

    /// Returns when a permit last allowed a pod to grow; the time of its first booking if none did.
    public Optional<Moment> grownAt(String namespace, String name) {
        return Optional.ofNullable(byName.get(new PodKey(namespace, name))).map(BookedPod::grownAt);
    }

    /// Returns the bookings of a node.
    public Optional<NodeUsage> usage(String node) {
        return Optional.ofNullable(nodes.get(node)).map(NodeAccount::usage);
    }

    /// Returns the bookings of all nodes, in no particular order.
    public Stream<NodeUsage> usages() {
        return nodes.values().stream().map(NodeAccount::usage);
    }

    /// Returns the pods that are bound to nodes without an object. They cannot grow.
    public List<BookingProblem> unknownNodes() {
        return nodes.values().stream()
                .filter(it -> it.node().isEmpty())
                .map(
                        it ->
                                new BookingProblem(
                                        "node " + it.name(),
                                        "unknown, and %d of its pods are; they cannot grow"
                                                .formatted(it.pods())))
                .sorted((a, b) -> a.object().compareTo(b.object()))
                .toList();
    }

    /// Returns the number of pods.
    public int pods() {
        return byUid.size();
    }
}
