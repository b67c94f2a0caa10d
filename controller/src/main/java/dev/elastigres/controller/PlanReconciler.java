package dev.elastigres.controller;

import static dev.elastigres.daemon.thread.MonotonicClock.now;

import dev.elastigres.controller.Controller.ControllerTiming;
import dev.elastigres.controller.PendingChanges.ChangeSet;
import dev.elastigres.controller.WriteTarget.NodeTarget;
import dev.elastigres.controller.WriteTarget.StatusTarget;
import dev.elastigres.controller.admission.PodHistory;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.log.LogRateLimiter;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.daemon.thread.Threads;
import dev.elastigres.kubernetes.api.NodePlan;
import dev.elastigres.kubernetes.api.NodePlanSpec;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.StatusCondition;
import dev.elastigres.kubernetes.events.EventSubject;
import dev.elastigres.kubernetes.events.EventWriter;
import dev.elastigres.kubernetes.node.ActiveProblems;
import dev.elastigres.kubernetes.node.ApiFailures;
import dev.elastigres.kubernetes.targets.ObjectName;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/// Keeps the plans of all nodes and the status of all PostgresAutoscalers as they should be. One
/// thread makes a pass when something has changed, at most once in an interval. It computes what
/// the changes affect, and writes what differs. Only the leader writes. Without changes nothing is
/// written.
final class PlanReconciler implements AutoCloseable {
    /// Number of concurrent writes.
    private static final int AT_ONCE = 8;

    /// Interval of checks without a change; they send no request.
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(5);

    private static final Duration MAX_BACKOFF = Duration.ofMinutes(10);

    /// Maximum backoff of a failure that is not a rejection of the content.
    private static final Duration MAX_RETRY = Duration.ofSeconds(20);

    private final ClusterCache cache;
    private final PendingChanges changes;
    private final PodHistory history;
    private final BooleanSupplier isLeader;
    private final ApiWriter writer;
    private final EventWriter events;
    private final ControllerMeters meters;
    private final ActiveProblems problems;
    private final Duration passInterval;
    private final Log log;
    private final LogRateLimiter repeats;
    private final ClusterPlan plan = new ClusterPlan();
    private final WriteSchedule<WriteTarget> schedule;
    private final ExecutorService writers =
            Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().name("write-", 0).factory());
    private final Thread thread = Thread.ofVirtual().name("reconcile").unstarted(this::run);
    private boolean wasLeader;

    /// A write of one object.
    ///
    /// @param body what is written, to be compared with the next write
    private record PendingWrite(WriteTarget target, Object body, Runnable write) {}

    /// @param isWritten false if it failed, or if this process is no longer the leader
    private record WriteResult(
            PendingWrite what, boolean isWritten, Optional<KubernetesClientException> failure) {}

    /// @param client client of the API server; the caller closes it, after this object
    /// @param isLeader whether this process may write
    PlanReconciler(
            KubernetesClient client,
            ClusterCache cache,
            PendingChanges changes,
            PodHistory history,
            BooleanSupplier isLeader,
            EventWriter events,
            ControllerMeters meters,
            ActiveProblems problems,
            ControllerTiming timing,
            Log log) {
        this.cache = cache;
        this.changes = changes;
        this.history = history;
        this.isLeader = isLeader;
        this.events = events;
        this.meters = meters;
        this.problems = problems;
        passInterval = timing.passInterval();
        this.log = log;
        repeats = new LogRateLimiter(log, MonotonicClock::now);
        writer = new ApiWriter(client);
        schedule = new WriteSchedule<>(timing.writeInterval(), MAX_BACKOFF);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                long seen = changes.signal().count();
                Duration wait = CHECK_INTERVAL;
                try {
                    cache.check();
                    if (cache.hasSynced()) wait = pass();
                } catch (RuntimeException e) {
                    log.error("a bug in the controller", "cause", e);
                    wasLeader = false;
                }
                // Collects the changes of an interval into one pass.
                Thread.sleep(passInterval);
                changes.signal().await(seen, wait);
            }
        } catch (InterruptedException _) {
            // Only close() interrupts this thread.
        }
    }

    /// Returns the time until the next pass without a change.
    private Duration pass() throws InterruptedException {
        ChangeSet changed = changes.take();
        if (!isLeader.getAsBoolean()) {
            wasLeader = false;
            return CHECK_INTERVAL;
        }
        if (!wasLeader) {
            schedule.clear();
            changed = everything();
            wasLeader = true;
        }
        var nodes = new HashSet<>(changed.nodes());
        var objects = new HashSet<>(changed.objects());
        for (String namespace : changed.namespaces()) {
            nodes.addAll(
                    plan.replan(namespace, cache.autoscalers(namespace), cache.pods(namespace)));
            for (PostgresAutoscaler each : cache.autoscalers(namespace))
                objects.add(AutoscalerStatuses.name(each));
        }
        for (String node : changed.nodes())
            objects.addAll(plan.report(node, cache.plan(node).flatMap(NodePlan::findStatus)));
        for (WriteTarget each : schedule.due(now()))
            switch (each) {
                case NodeTarget(String node) -> nodes.add(node);
                case StatusTarget(ObjectName object) -> objects.add(object);
            }
        write(nodes, objects);
        return schedule.untilDue(now())
                .map(it -> it.isPositive() ? it : Duration.ofMillis(1))
                .filter(it -> it.compareTo(CHECK_INTERVAL) < 0)
                .orElse(CHECK_INTERVAL);
    }

    private ChangeSet everything() {
        var nodes = new HashSet<>(plan.nodes());
        cache.nodes().forEach(it -> nodes.add(it.getMetadata().getName()));
        cache.plans().forEach(it -> nodes.add(it.getMetadata().getName()));
        var namespaces = cache.namespaces();
        namespaces.addAll(plan.namespaces());
        var objects = new HashSet<ObjectName>();
        cache.autoscalers().forEach(it -> objects.add(AutoscalerStatuses.name(it)));
        return new ChangeSet(namespaces, nodes, objects);
    }

    private void write(Set<String> nodes, Set<ObjectName> objects) throws InterruptedException {
        var writes = new ArrayList<PendingWrite>();
        for (String node : nodes) planWrite(node).ifPresent(writes::add);
        for (ObjectName object : objects) statusWrite(object).ifPresent(writes::add);
        if (writes.isEmpty()) return;
        List<Callable<WriteResult>> calls =
                writes.stream().<Callable<WriteResult>>map(it -> () -> execute(it)).toList();
        for (Future<WriteResult> each : writers.invokeAll(calls)) {
            try {
                settle(each.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException("a write ended with a bug", e.getCause());
            }
        }
    }

    private WriteResult execute(PendingWrite what) {
        try {
            // The leadership may have ended while earlier writes took their time.
            boolean mayWrite = isLeader.getAsBoolean();
            if (mayWrite) what.write.run();
            return new WriteResult(what, mayWrite, Optional.empty());
        } catch (KubernetesClientException e) {
            return new WriteResult(what, false, Optional.of(e));
        }
    }

    private void settle(WriteResult result) {
        WriteTarget target = result.what.target;
        Object body = result.what.body;
        if (result.failure.isEmpty()) {
            if (!result.isWritten) return;
            schedule.wrote(target, body, now());
            meters.wrote(target);
            problems.end(target.right());
            return;
        }
        KubernetesClientException failure = result.failure.get();
        switch (failure.getCode()) {
            // The object is gone or has changed; the watch reports what it is now.
            case HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_CONFLICT -> {
                schedule.failed(target, body, MAX_RETRY, now());
                meters.conflict(target);
            }
            default -> {
                boolean isFinal = ApiFailures.isRejection(failure);
                schedule.failed(target, body, isFinal ? MAX_BACKOFF : MAX_RETRY, now());
                meters.failed(target);
                if (ApiFailures.isMissingRight(failure))
                    problems.begin(target.right(), "its account lacks the right");
                else
                    repeats.write(
                            target.word(),
                            LogLevel.WARN,
                            "cannot write",
                            "object",
                            target,
                            "cause",
                            failure);
            }
        }
    }

    private Optional<PendingWrite> planWrite(String name) {
        var target = new NodeTarget(name);
        Optional<Node> node = cache.node(name);
        Optional<NodePlan> present = cache.plan(name);
        if (node.isEmpty()) {
            schedule.forget(target);
            return Optional.empty();
        }
        NodePlanSpec spec = plan.plan(name);
        boolean isSame =
                present.isEmpty()
                        ? spec.allTargets().isEmpty()
                        : present.get().findSpec().equals(Optional.of(spec))
                                && present.get()
                                        .getMetadata()
                                        .getOwnerReferences()
                                        .equals(List.of(ApiWriter.owner(node.get())));
        if (isSame) {
            schedule.settled(target, now());
            return Optional.empty();
        }
        if (!schedule.mayWrite(target, spec, now())) return Optional.empty();
        return Optional.of(
                new PendingWrite(target, spec, () -> writer.write(node.get(), present, spec)));
    }

    private Optional<PendingWrite> statusWrite(ObjectName name) {
        var target = new StatusTarget(name);
        Optional<PostgresAutoscaler> found = cache.autoscaler(name.namespace(), name.name());
        if (found.isEmpty() || found.get().getMetadata().getDeletionTimestamp() != null) {
            schedule.forget(target);
            return Optional.empty();
        }
        PostgresAutoscaler object = found.get();
        PostgresAutoscalerStatus status =
                AutoscalerStatuses.of(object, plan, history, Instant.now());
        if (object.written().equals(Optional.of(status))) {
            schedule.settled(target, now());
            return Optional.empty();
        }
        Object body = withoutTimes(status);
        if (!schedule.mayWrite(target, body, now())) return Optional.empty();
        return Optional.of(new PendingWrite(target, body, () -> write(object, status)));
    }

    private void write(PostgresAutoscaler object, PostgresAutoscalerStatus status) {
        writer.write(object, status);
        var subject =
                EventSubject.autoscaler(
                        AutoscalerStatuses.name(object), object.getMetadata().getUid());
        ConditionEvents.of(object.written(), status)
                .forEach(it -> events.report(subject, it.reason(), it.note()));
    }

    /// Returns the status without the times of its conditions, which differ in each computation.
    private static PostgresAutoscalerStatus withoutTimes(PostgresAutoscalerStatus status) {
        List<StatusCondition> conditions =
                Optional.ofNullable(status.conditions()).orElse(List.of()).stream()
                        .map(
                                it ->
                                        new StatusCondition(
                                                it.type(),
                                                it.status(),
                                                it.observedGeneration(),
                                                null,
                                                it.reason(),
                                                it.message()))
                        .toList();
        return new PostgresAutoscalerStatus(
                status.observedGeneration(),
                status.pods(),
                status.size(),
                status.goal(),
                status.state(),
                status.why(),
                conditions,
                status.instances(),
                status.predecessors());
    }

    @Override
    public void close() {
        Threads.end(thread);
        writers.shutdownNow();
    }
}
