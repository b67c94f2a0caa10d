package dev.elastigres.kubernetes.eviction;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.node.ApiClient;
import dev.elastigres.kubernetes.node.ApiException;
import dev.elastigres.kubernetes.node.NodePods;
import dev.elastigres.kubernetes.targets.PodName;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimVolumeSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Volume;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Evicts pods, one at a time. A pod is evicted only if it has a controller that recreates it,
/// another node has room for its wanted size, and no pod of its workload was evicted recently. A
/// refused eviction is retried with exponential backoff. Not thread-safe.
final class Evictions {
    private static final String CLUSTER = "cnpg.io/cluster";
    private static final String ROLE = "cnpg.io/instanceRole";
    private static final String PRIMARY = "primary";
    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(5);
    private static final Duration MAX_BACKOFF = Duration.ofMinutes(10);

    /// Time after which an evicted pod that still exists no longer blocks other evictions.
    private static final Duration EVICTION_TIMEOUT = Duration.ofMinutes(10);

    /// Maximum number of nodes that one attempt checks for room, because clusters can be large.
    private static final int MAX_NODES = 50;

    private final NodePods pods;
    private final ApiClient api;
    private final EvictionLeases leases;
    private final Clock clock;
    private final Map<String, RetryDelay> backoffs = new HashMap<>();
    private Optional<EvictionState> evicting = Optional.empty();

    private record RetryDelay(Duration length, Moment until) {}

    private record EvictionState(PodName pod, String uid, Moment since) {}

    /// Result of an eviction attempt.
    sealed interface EvictionAttempt {
        /// @param node another node that has room
        record Granted(String node) implements EvictionAttempt {}

        /// @param why the reason, as one clause
        record Refused(String why) implements EvictionAttempt {}
    }

    /// @param clock the wall clock, to which the times of Leases refer
    Evictions(NodePods pods, ApiClient api, EvictionLeases leases, Clock clock) {
        this.pods = pods;
        this.api = api;
        this.leases = leases;
        this.clock = clock;
    }

    /// Returns whether an eviction may start now: the last evicted pod is gone, or its time is
    /// over.
    boolean isFree(Moment now) {
        evicting =
                evicting.filter(
                        it -> isThere(it) && now.since(it.since).compareTo(EVICTION_TIMEOUT) < 0);
        return evicting.isEmpty();
    }

    private boolean isThere(EvictionState one) {
        return pods.pod(one.pod)
                .filter(it -> it.getMetadata().getUid().equals(one.uid))
                .isPresent();
    }

    /// Returns whether the backoff after the pod's last refusal is over.
    boolean isDue(Pod pod, Moment now) {
        RetryDelay wait = backoffs.get(pod.getMetadata().getUid());
        return wait == null || !now.isBefore(wait.until);
    }

    /// Tries to evict the pod and records the result.
    ///
    /// @param needed total requests of the pod at its wanted size
    EvictionAttempt evict(Pod pod, Resources needed, Moment now) throws InterruptedException {
        EvictionAttempt attempt = attempt(pod, needed);
        String uid = pod.getMetadata().getUid();
        switch (attempt) {
            case EvictionAttempt.Granted _ -> {
                backoffs.remove(uid);
                evicting = Optional.of(new EvictionState(PodName.of(pod), uid, now));
            }
            case EvictionAttempt.Refused _ -> {
                RetryDelay before = backoffs.get(uid);
                Duration length = before == null ? FIRST_BACKOFF : before.length.multipliedBy(2);
                if (length.compareTo(MAX_BACKOFF) > 0) length = MAX_BACKOFF;
                backoffs.put(uid, new RetryDelay(length, now.plus(length)));
            }
        }
        return attempt;
    }

    /// Removes the backoff of pods that no longer exist.
    void removeStale() {
        backoffs.keySet()
                .removeIf(
                        uid ->
                                pods.pods().stream()
                                        .noneMatch(it -> uid.equals(it.getMetadata().getUid())));
    }

    private EvictionAttempt attempt(Pod pod, Resources needed) throws InterruptedException {
        try {
            Optional<OwnerReference> workload = workload(pod);
            if (workload.isEmpty()) return refused("it has no controller that would recreate it");
            if (isPrimary(pod) && hasReplica(pod))
                return refused("it is the primary of its cluster, and a replica runs");
            Instant now = clock.instant();
            Optional<Instant> held = leases.heldUntil(workload.get(), now);
            if (held.isPresent()) return refused(recentlyEvicted(workload.get(), held.get()));
            Optional<String> node = otherNode(pod, needed);
            if (node.isEmpty())
                return refused("no other node that it may run on has room for " + needed.text());
            return evict(pod, workload.get(), node.get(), now);
        } catch (ApiException.Throttled e) {
            return refused("the API server is too busy: " + e.getMessage());
        } catch (ApiException e) {
            return refused(String.valueOf(e.getMessage()));
        }
    }

    private static EvictionAttempt refused(String why) {
        return new EvictionAttempt.Refused(why);
    }

    private static String recentlyEvicted(OwnerReference workload, Instant until) {
        return "a pod of %s %s was evicted recently; the next eviction may be after %s"
                .formatted(
                        workload.getKind(),
                        workload.getName(),
                        until.truncatedTo(ChronoUnit.SECONDS));
    }

    /// Takes the workload's Lease before the eviction. A failure between the two steps therefore
    /// cannot cause a second eviction. The Lease is given back only if the pod was certainly not
    /// evicted.
    private EvictionAttempt evict(Pod pod, OwnerReference workload, String node, Instant now)
            throws ApiException, InterruptedException {
        var taken = leases.take(workload, pod, now);
        if (taken.isEmpty())
            return refused(
                    "another pod of %s %s is being evicted"
                            .formatted(workload.getKind(), workload.getName()));
        boolean mayBeDone = false;
        try {
            Optional<String> budget = api.evict(PodName.of(pod), pod.getMetadata().getUid());
            mayBeDone = budget.isEmpty();
            return budget.map(Evictions::refusedByBudget)
                    .orElseGet(() -> new EvictionAttempt.Granted(node));
        } catch (ApiException.Unavailable | InterruptedException e) {
            mayBeDone = true;
            throw e;
        } finally {
            if (!mayBeDone) leases.restore(taken.get());
        }
    }

    private static EvictionAttempt refusedByBudget(String message) {
        String refusal = "its disruption budget does not allow it now";
        return refused(message.isEmpty() ? refusal : refusal + ": " + message);
    }

    private static Optional<OwnerReference> workload(Pod pod) {
        List<OwnerReference> owners = pod.getMetadata().getOwnerReferences();
        if (owners == null) return Optional.empty();
        return owners.stream().filter(it -> Boolean.TRUE.equals(it.getController())).findFirst();
    }

    // ---- where it could run

    /// Returns the name of another node that has room for the pod; empty if there is none.
    private Optional<String> otherNode(Pod pod, Resources needed)
            throws ApiException, InterruptedException {
        List<PersistentVolume> volumes = volumes(pod);
        String own = pod.getSpec().getNodeName();
        List<Node> candidates =
                api.nodes().stream()
                        .filter(it -> !it.getMetadata().getName().equals(own))
                        .filter(it -> NodeFit.mayTake(it, pod, volumes))
                        .limit(MAX_NODES)
                        .toList();
        for (Node each : candidates) {
            List<Pod> there = api.podsOfNode(each.getMetadata().getName());
            if (NodeFit.hasRoom(each, needed, there) && NodeFit.areApart(each, pod, there))
                return Optional.of(each.getMetadata().getName());
        }
        return Optional.empty();
    }

    private List<PersistentVolume> volumes(Pod pod) throws ApiException, InterruptedException {
        var found = new ArrayList<PersistentVolume>();
        List<Volume> all = Objects.requireNonNullElse(pod.getSpec().getVolumes(), List.of());
        for (Volume each : all) {
            PersistentVolumeClaimVolumeSource claim = each.getPersistentVolumeClaim();
            if (claim != null)
                api.volume(pod.getMetadata().getNamespace(), claim.getClaimName())
                        .ifPresent(found::add);
        }
        return found;
    }

    // ---- CloudNativePG

    private static boolean isPrimary(Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        return labels != null
                && labels.containsKey(CLUSTER)
                && PRIMARY.equals(labels.getOrDefault(ROLE, labels.get("role")));
    }

    /// Returns whether a replica of the primary's cluster is ready, on any node.
    private boolean hasReplica(Pod primary) throws ApiException, InterruptedException {
        String cluster = primary.getMetadata().getLabels().getOrDefault(CLUSTER, "");
        for (Pod each : api.pods(primary.getMetadata().getNamespace(), CLUSTER, cluster))
            if (!isPrimary(each) && isReady(each)) return true;
        return false;
    }

    private static boolean isReady(Pod pod) {
        if (pod.getMetadata().getDeletionTimestamp() != null || pod.getStatus() == null)
            return false;
        for (PodCondition each : pod.getStatus().getConditions())
            if ("Ready".equals(each.getType())) return "True".equals(each.getStatus());
        return false;
    }
}
