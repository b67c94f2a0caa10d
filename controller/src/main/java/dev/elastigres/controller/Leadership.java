package dev.elastigres.controller;

import static dev.elastigres.daemon.thread.MonotonicClock.now;

import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.thread.Threads;
import dev.elastigres.kubernetes.node.ActiveProblems;
import dev.elastigres.kubernetes.node.ApiFailures;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes part in the election of the controller that writes. A Lease has the name of the leader,
/// who renews it. Another process takes it over after it has not seen a renewal for the Lease's
/// duration, by its own monotonic clock, so the clocks of two machines are never compared. A leader
/// counts as one only for a shorter time after its last renewal. Thread-safe.
final class Leadership implements AutoCloseable {
    static final String LEASE = "elastigres-controller";

    private static final String RENEW = "get, create and update its lease";

    private final KubernetesClient client;
    private final LeaseIdentity identity;
    private final LeaseTiming timing;
    private final Runnable changed;
    private final ActiveProblems problems;
    private final Log log;
    private final Thread thread = Thread.ofVirtual().name("leadership").unstarted(this::run);

    /// When the request of the last successful renewal was sent; empty if this process is not the
    /// leader.
    private volatile Optional<Moment> renewedAt = Optional.empty();

    private volatile Optional<String> leader = Optional.empty();

    /// The Lease of another process, as first seen in this version.
    private Optional<ObservedLease> observed = Optional.empty();

    private boolean wasLeader;

    private record ObservedLease(String version, Moment at) {}

    /// @param namespace namespace of the Lease
    /// @param holder name of this process in the Lease, which no other process has
    record LeaseIdentity(String namespace, String holder) {}

    /// Times of the Lease.
    ///
    /// @param duration time without a renewal after which another process becomes leader
    /// @param renewTimeout time without a renewal after which the leader stops writing; less than
    ///     `duration` by more than a request takes
    /// @param interval interval between two attempts to renew or acquire the Lease
    record LeaseTiming(Duration duration, Duration renewTimeout, Duration interval) {
        /// The Lease is the only object that is written at rest.
        static final LeaseTiming DEFAULT =
                new LeaseTiming(
                        Duration.ofSeconds(40), Duration.ofSeconds(25), Duration.ofSeconds(10));
    }

    private Leadership(
            KubernetesClient client,
            LeaseIdentity identity,
            LeaseTiming timing,
            Runnable changed,
            ActiveProblems problems,
            Log log) {
        this.client = client;
        this.identity = identity;
        this.timing = timing;
        this.changed = changed;
        this.problems = problems;
        this.log = log;
    }

    /// Joins the election.
    ///
    /// @param client client of the API server; the caller closes it, after this object
    /// @param changed called when this process becomes the leader or ceases to be it; does not
    ///     block
    static Leadership start(
            KubernetesClient client,
            LeaseIdentity identity,
            LeaseTiming timing,
            Runnable changed,
            ActiveProblems problems,
            Log log) {
        var leadership = new Leadership(client, identity, timing, changed, problems, log);
        leadership.thread.start();
        return leadership;
    }

    /// Returns whether this process may write.
    boolean isLeader() {
        return renewedAt
                .filter(it -> now().since(it).compareTo(timing.renewTimeout()) < 0)
                .isPresent();
    }

    /// Returns the name of the current leader, as last seen.
    Optional<String> leader() {
        return leader;
    }

    private void run() {
        try {
            while (true) {
                takePart();
                if (isLeader() != wasLeader) {
                    wasLeader = !wasLeader;
                    log.info(
                            wasLeader
                                    ? "this controller is the leader"
                                    : "this controller is not the leader any more",
                            "lease",
                            LEASE,
                            "holder",
                            identity.holder);
                    changed.run();
                }
                Thread.sleep(timing.interval());
            }
        } catch (InterruptedException _) {
            // Only close() interrupts this thread.
        }
    }

    private void takePart() throws InterruptedException {
        try {
            Lease lease = client.leases().inNamespace(identity.namespace).withName(LEASE).get();
            Moment begin = now();
            if (lease == null) {
                var _ = client.resource(lease(null)).create();
                lead(begin);
            } else if (mayTake(lease)) {
                // The version of the Lease is part of the request: of two processes one fails.
                var _ = client.resource(lease(lease)).update();
                lead(begin);
            }
            problems.end(RENEW);
        } catch (KubernetesClientException e) {
            if (Thread.interrupted()) throw new InterruptedException();
            // Another process was faster.
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) return;
            problems.begin(
                    RENEW,
                    ApiFailures.isMissingRight(e)
                            ? "its account lacks the right"
                            : String.valueOf(e.getMessage()));
        }
    }

    private void lead(Moment at) {
        renewedAt = Optional.of(at);
        observed = Optional.empty();
        leader = Optional.of(identity.holder);
    }

    /// Returns whether this process holds the Lease, or may take it over.
    private boolean mayTake(Lease lease) {
        LeaseSpec spec = lease.getSpec();
        String holder = spec == null ? null : spec.getHolderIdentity();
        if (holder == null || holder.isEmpty() || holder.equals(identity.holder)) return true;
        renewedAt = Optional.empty();
        leader = Optional.of(holder);
        String version = lease.getMetadata().getResourceVersion();
        if (observed.filter(it -> it.version.equals(version)).isEmpty())
            observed = Optional.of(new ObservedLease(version, now()));
        Duration unchanged = now().since(observed.get().at);
        return unchanged.compareTo(duration(spec)) > 0;
    }

    private Duration duration(@Nullable LeaseSpec spec) {
        Integer seconds = spec == null ? null : spec.getLeaseDurationSeconds();
        return seconds == null ? timing.duration() : Duration.ofSeconds(seconds);
    }

    /// Returns the Lease with this process as its holder.
    ///
    /// @param before the present Lease; null if there is none
    private Lease lease(@Nullable Lease before) {
        LeaseSpec old = before == null ? null : before.getSpec();
        boolean isRenewal = old != null && identity.holder.equals(old.getHolderIdentity());
        ZonedDateTime time = ZonedDateTime.now(ZoneOffset.UTC);
        return new LeaseBuilder()
                .withNewMetadata()
                .withNamespace(identity.namespace)
                .withName(LEASE)
                .withResourceVersion(
                        before == null ? null : before.getMetadata().getResourceVersion())
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(identity.holder)
                .withLeaseDurationSeconds((int) timing.duration().toSeconds())
                .withAcquireTime(isRenewal && old != null ? old.getAcquireTime() : time)
                .withRenewTime(time)
                .endSpec()
                .build();
    }

    /// Leaves the election. A leader gives up the Lease, so that another process takes it over at
    /// once.
    @Override
    public void close() {
        Threads.end(thread);
        if (!isLeader()) return;
        renewedAt = Optional.empty();
        try {
            Lease lease = client.leases().inNamespace(identity.namespace).withName(LEASE).get();
            if (lease == null || !identity.holder.equals(lease.getSpec().getHolderIdentity()))
                return;
            lease.getSpec().setHolderIdentity("");
            var _ = client.resource(lease).update();
        } catch (KubernetesClientException e) {
            log.debug("cannot give up the lease", "cause", e);
        }
    }
}
