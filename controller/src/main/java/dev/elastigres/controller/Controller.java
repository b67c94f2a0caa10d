package dev.elastigres.controller;

import dev.elastigres.controller.ControllerMeters.ClusterCounts;
import dev.elastigres.controller.Leadership.LeaseIdentity;
import dev.elastigres.controller.Leadership.LeaseTiming;
import dev.elastigres.controller.admission.AdmissionWebhook;
import dev.elastigres.controller.admission.AdmissionWebhook.WebhookConfig;
import dev.elastigres.controller.admission.PodHistory;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.metrics.MetricsWriter;
import dev.elastigres.kubernetes.events.EventWriter;
import dev.elastigres.kubernetes.events.EventWriter.EventReporter;
import dev.elastigres.kubernetes.node.ActiveProblems;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The controller of a cluster: it watches PostgresAutoscalers, pods, nodes and plans, and, while
/// it is the leader, writes the plans and the status.
final class Controller implements AutoCloseable {
    private static final String NAME = "elastigres.dev/controller";

    private final KubernetesClient client;
    private final ActiveProblems problems;
    private final ControllerMeters meters = new ControllerMeters();
    private final PendingChanges changes = new PendingChanges();
    private final PodHistory history = new PodHistory(Clock.systemUTC());
    private final ClusterCache cache;
    private final EventWriter events;
    private final Leadership leadership;
    private final PlanReconciler reconciler;
    private final Log log;
    private Optional<AdmissionWebhook> webhook = Optional.empty();

    /// Times of the controller.
    ///
    /// @param passInterval minimum interval between two passes
    /// @param writeInterval minimum interval between two writes of an object
    record ControllerTiming(Duration passInterval, Duration writeInterval, LeaseTiming lease) {
        static final ControllerTiming DEFAULT =
                new ControllerTiming(
                        Duration.ofMillis(100), Duration.ofSeconds(1), LeaseTiming.DEFAULT);
    }

    private Controller(
            KubernetesClient client, LeaseIdentity identity, ControllerTiming timing, Log log) {
        this.client = client;
        problems = new ActiveProblems(log);
        this.log = log;
        cache = new ClusterCache(client, changes, history, problems);
        events = EventWriter.start(client, new EventReporter(NAME, identity.holder()), log);
        leadership =
                Leadership.start(
                        client,
                        identity,
                        timing.lease(),
                        () -> changes.signal().signal(),
                        problems,
                        log);
        reconciler =
                new PlanReconciler(
                        client,
                        cache,
                        changes,
                        history,
                        leadership::isLeader,
                        events,
                        meters,
                        problems,
                        timing,
                        log);
    }

    /// Starts a controller. It does not wait for the API server.
    ///
    /// @param client client of the API server; closed with the controller
    static Controller start(
            KubernetesClient client, LeaseIdentity identity, ControllerTiming timing, Log log) {
        var controller = new Controller(client, identity, timing, log);
        controller.cache.start();
        controller.reconciler.start();
        return controller;
    }

    /// Starts the admission webhook of this controller.
    void serve(WebhookConfig config) throws ListenException {
        webhook =
                Optional.of(
                        AdmissionWebhook.start(
                                client,
                                config,
                                new ObservedCluster(cache),
                                history,
                                leadership::isLeader,
                                Clock.systemUTC(),
                                log));
    }

    /// Returns the admission webhook; empty if it is not served.
    Optional<AdmissionWebhook> webhook() {
        return webhook;
    }

    boolean isLeader() {
        return leadership.isLeader();
    }

    /// Returns whether the cluster is known and no operation fails. A controller that is not the
    /// leader can be ready.
    boolean isReady() {
        return cache.hasSynced() && problems.all().isEmpty();
    }

    /// Returns why the controller is not ready, one clause each, and the leader.
    List<String> notes() {
        var notes = new ArrayList<>(problems.all());
        if (!cache.hasSynced()) notes.add("the objects of the cluster are not known yet");
        webhook.map(AdmissionWebhook::notes).ifPresent(notes::addAll);
        notes.add("leader: " + leadership.leader().orElse("not known"));
        return notes;
    }

    void write(MetricsWriter page) {
        meters.write(
                page,
                isLeader(),
                new ClusterCounts(
                        cache.autoscalers().size(),
                        cache.podCount(),
                        cache.nodes().size(),
                        cache.plans().size()));
        webhook.ifPresent(it -> it.write(page));
    }

    /// Stops the controller and releases the Lease.
    @Override
    public void close() {
        webhook.ifPresent(AdmissionWebhook::close);
        reconciler.close();
        leadership.close();
        events.close();
        cache.close();
        client.close();
    }
}
