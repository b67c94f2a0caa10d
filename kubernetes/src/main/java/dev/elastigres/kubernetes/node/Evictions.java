package dev.elastigres.kubernetes.node;

import dev.elastigres.core.units.Moment;
import dev.elastigres.kubernetes.targets.PodName;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Has pods evicted, one at a time. One that its disruption budget protects is asked for again and
/// again, less and less often. One that was granted goes first. For one thread.
final class Evictions {
    private static final String CLUSTER = "cnpg.io/cluster";
    private static final String ROLE = "cnpg.io/instanceRole";
    private static final String PRIMARY = "primary";
    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(2);

    /// After that long one that does not go holds up no other.
    private static final Duration GOING = Duration.ofMinutes(10);

    private final NodePods pods;
    private final Api api;
    private final Map<String, Wait> waits = new HashMap<>();
    private Optional<Going> going = Optional.empty();

    private record Wait(Duration length, Moment until) {}

    private record Going(PodName pod, String uid, Moment since) {}

    Evictions(NodePods pods, Api api) {
        this.pods = pods;
        this.api = api;
    }

    /// Whether one may be asked for now.
    boolean isFree(Moment now) {
        going = going.filter(it -> isThere(it) && now.since(it.since).compareTo(GOING) < 0);
        return going.isEmpty();
    }

    private boolean isThere(Going one) {
        return pods.pod(one.pod)
                .filter(it -> it.getMetadata().getUid().equals(one.uid))
                .isPresent();
    }

    /// Whether this pod's turn has come.
    boolean isDue(Pod pod, Moment now) {
        Wait wait = waits.get(pod.getMetadata().getUid());
        return wait == null || !now.isBefore(wait.until);
    }

    /// Empty when it is granted, else why it is not.
    Optional<String> evict(Pod pod, Moment now) throws InterruptedException {
        Optional<String> why = tryIt(pod);
        String uid = pod.getMetadata().getUid();
        if (why.isEmpty()) {
            waits.remove(uid);
            going = Optional.of(new Going(PodName.of(pod), uid, now));
        } else {
            Wait before = waits.get(uid);
            Duration length = before == null ? FIRST : before.length.multipliedBy(2);
            if (length.compareTo(LONGEST) > 0) length = LONGEST;
            waits.put(uid, new Wait(length, now.plus(length)));
        }
        return why;
    }

    /// Forgets what is gone.
    void clean() {
        waits.keySet()
                .removeIf(
                        uid ->
                                pods.pods().stream()
                                        .noneMatch(it -> uid.equals(it.getMetadata().getUid())));
    }

    private Optional<String> tryIt(Pod pod) throws InterruptedException {
        try {
            if (isPrimary(pod) && hasReplica(pod))
                return Optional.of("it is the primary of its cluster, and a replica runs");
            return api.evict(PodName.of(pod), pod.getMetadata().getUid())
                    ? Optional.empty()
                    : Optional.of("its disruption budget does not allow it now");
        } catch (ApiException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static boolean isPrimary(Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        return labels != null
                && labels.containsKey(CLUSTER)
                && PRIMARY.equals(labels.getOrDefault(ROLE, labels.get("role")));
    }

    /// On any node.
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
