package dev.elastigres.kubernetes.eviction;

import dev.elastigres.kubernetes.node.ApiClient;
import dev.elastigres.kubernetes.node.ApiException;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/// Limits evictions per workload with a Lease for each workload, in the agents' namespace and named
/// by the workload's uid.
///
/// All agents share the Leases, and a Lease outlives each agent. If two agents try to take a Lease
/// at the same time, one gets it. The first eviction of a workload blocks another for ten minutes.
/// If the workload is evicted again within a day, the eviction did not help, and the time doubles,
/// up to twelve hours.
public final class EvictionLeases {
    static final Duration FIRST = Duration.ofMinutes(10);
    static final Duration MAX = Duration.ofHours(12);

    /// Age of a Lease after which the next eviction counts as the first one.
    static final Duration RESET_AFTER = Duration.ofDays(1);

    private static final String PREFIX = "eviction-";
    private static final String COUNT = "elastigres.dev/evictions";
    private static final String WORKLOAD = "elastigres.dev/workload";
    private static final Map<String, String> LABELS =
            Map.of("app.kubernetes.io/managed-by", "elastigres");

    private final ApiClient api;
    private final String namespace;

    /// A Lease that was just taken, and its previous version, if any.
    record AcquiredLease(Lease lease, Optional<Lease> before) {}

    /// @param namespace namespace of the agents
    public EvictionLeases(ApiClient api, String namespace) {
        this.api = api;
        this.namespace = namespace;
    }

    /// Returns the time until which no pod of the workload may be evicted; empty if one may be
    /// evicted now.
    Optional<Instant> heldUntil(OwnerReference workload, Instant now)
            throws ApiException, InterruptedException {
        return api.lease(namespace, name(workload)).flatMap(it -> heldUntil(it, now));
    }

    /// Takes the Lease of the workload. Returns empty if the Lease is held already or if another
    /// agent took it first.
    Optional<AcquiredLease> take(OwnerReference workload, Pod pod, Instant now)
            throws ApiException, InterruptedException {
        Optional<Lease> before = api.lease(namespace, name(workload));
        if (before.flatMap(it -> heldUntil(it, now)).isPresent()) return Optional.empty();
        int count = before.map(it -> count(it, now)).orElse(0) + 1;
        var lease =
                new LeaseBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name(workload))
                        .withResourceVersion(
                                before.map(it -> it.getMetadata().getResourceVersion())
                                        .orElse(null))
                        .withLabels(LABELS)
                        .addToAnnotations(COUNT, Integer.toString(count))
                        .addToAnnotations(
                                WORKLOAD,
                                "%s %s/%s"
                                        .formatted(
                                                workload.getKind(),
                                                pod.getMetadata().getNamespace(),
                                                workload.getName()))
                        .endMetadata()
                        .withNewSpec()
                        .withHolderIdentity(
                                pod.getMetadata().getNamespace()
                                        + "/"
                                        + pod.getMetadata().getName())
                        .withAcquireTime(time(now))
                        .withRenewTime(time(now))
                        .withLeaseDurationSeconds((int) length(count).toSeconds())
                        .endSpec()
                        .build();
        try {
            return Optional.of(
                    new AcquiredLease(
                            before.isPresent() ? api.replace(lease) : api.create(lease), before));
        } catch (ApiException.Conflict _) {
            return Optional.empty();
        }
    }

    /// Restores the Lease after its pod was not evicted: it deletes a new Lease and writes the
    /// previous version of any other.
    void restore(AcquiredLease taken) throws ApiException, InterruptedException {
        try {
            if (taken.before.isEmpty()) {
                api.delete(taken.lease);
                return;
            }
            Lease as = taken.before.get();
            as.getMetadata().setResourceVersion(taken.lease.getMetadata().getResourceVersion());
            api.replace(as);
        } catch (ApiException.Conflict | ApiException.NotFound _) {
            // Another agent has changed or deleted the Lease since.
        }
    }

    static Duration length(int count) {
        Duration length = FIRST;
        for (int i = 1; i < count && length.compareTo(MAX) < 0; i++)
            length = length.multipliedBy(2);
        return length.compareTo(MAX) < 0 ? length : MAX;
    }

    private static Optional<Instant> heldUntil(Lease lease, Instant now) {
        if (lease.getSpec() == null || lease.getSpec().getRenewTime() == null)
            return Optional.empty();
        Integer seconds = lease.getSpec().getLeaseDurationSeconds();
        Duration length = seconds == null ? FIRST : Duration.ofSeconds(seconds);
        // The clock of another node may be ahead of this one's.
        Instant taken = earlier(lease.getSpec().getRenewTime().toInstant(), now);
        return Optional.of(taken.plus(length)).filter(now::isBefore);
    }

    private static int count(Lease lease, Instant now) {
        if (lease.getSpec() == null || lease.getSpec().getRenewTime() == null) return 0;
        Duration age = Duration.between(lease.getSpec().getRenewTime().toInstant(), now);
        if (age.compareTo(RESET_AFTER) >= 0) return 0;
        Map<String, String> annotations = lease.getMetadata().getAnnotations();
        try {
            return annotations == null ? 0 : Integer.parseInt(annotations.getOrDefault(COUNT, "0"));
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static String name(OwnerReference workload) {
        return PREFIX + workload.getUid();
    }

    private static ZonedDateTime time(Instant at) {
        return at.truncatedTo(ChronoUnit.MICROS).atZone(ZoneOffset.UTC);
    }
}
