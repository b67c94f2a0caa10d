package dev.elastigres.controller;

import dev.elastigres.controller.ControllerMeters.ClusterCounts;
import dev.elastigres.controller.Leadership.LeaseIdentity;
import dev.elastigres.controller.Leadership.LeaseTiming;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.metrics.MetricsWriter;
import dev.elastigres.kubernetes.events.EventWriter;
import dev.elastigres.kubernetes.events.EventWriter.EventReporter;
import dev.elastigres.kubernetes.node.ActiveProblems;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The controller of a cluster: it watches PostgresAutoscalers, pods, nodes and plans, and, while
/// it is the leader, writes the plans and the status.
final class Controller implements AutoCloseable {
    private static final String NAME = "elastigres.dev/controller";

    private final KubernetesClient client;
    private final ActiveProblems problems;
    private final ControllerMeters meters = new ControllerMeters();
    private final PendingChanges changes = new PendingChanges();
    private final ClusterCache cache;
    private final EventWriter events;
    private final Leadership leadership;
    private final PlanReconciler reconciler;

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
        cache = new ClusterCache(client, changes, problems);
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
    }

    /// Stops the controller and releases the Lease.
    @Override
    public void close() {
        reconciler.close();
        leadership.close();
        events.close();
        cache.close();
        client.close();
    }
}
