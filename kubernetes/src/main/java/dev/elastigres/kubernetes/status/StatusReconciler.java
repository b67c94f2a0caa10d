package dev.elastigres.kubernetes.status;

import static dev.elastigres.daemon.thread.MonotonicClock.now;

import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.InstanceStatus;
import dev.elastigres.kubernetes.node.ApiFailures;
import dev.elastigres.kubernetes.targets.ObjectName;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.PodSelection;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.ResourceCache;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Compares the status of each object with its draft and writes it if needed. The framework calls
/// it by one thread at a time for each object.
final class StatusReconciler implements Reconciler<PostgresAutoscaler> {
    /// Maximum backoff while a right is missing, as a multiple of the first backoff.
    private static final int MISSING_RIGHT_WAITS = 4;

    private final String node;
    private final Supplier<Optional<PodSelection>> choices;
    private final StatusEntries entries;
    private final StatusDelays delays;
    private final StatusWriter writer;
    private final ProblemReporter problems;
    private final Function<PodName, Optional<Moment>> changedAt;
    private final Moment startEnd;

    /// Backoff of each object that was written or is to be written.
    private final Map<ResourceID, StatusWriteBackoff> backoff = new ConcurrentHashMap<>();

    private final SimpleInboundEventSource<PostgresAutoscaler> changes =
            new SimpleInboundEventSource<>("fleet");
    private volatile Optional<ResourceCache<PostgresAutoscaler>> cache = Optional.empty();

    /// @param changedAt returns when the reported state of a pod last changed
    StatusReconciler(
            KubernetesClient client,
            String node,
            Supplier<Optional<PodSelection>> choices,
            Function<PodName, Optional<VmStatus>> vms,
            Function<PodName, Optional<Moment>> changedAt,
            StatusDelays delays,
            Log log) {
        this.node = node;
        this.choices = choices;
        this.changedAt = changedAt;
        this.delays = delays;
        entries = new StatusEntries(node, vms);
        writer = new StatusWriter(client);
        problems =
                new ProblemReporter(
                        "write the status of objects", "patch postgresautoscalers/status", log);
        startEnd = now().plus(delays.maxWait());
    }

    @Override
    public List<EventSource<?, PostgresAutoscaler>> prepareEventSources(
            EventSourceContext<PostgresAutoscaler> context) {
        cache = Optional.of(context.getPrimaryCache());
        return List.of(changes);
    }

    /// Schedules a check of the object.
    void schedule(ResourceID object) {
        if (changes.isRunning()) changes.propagateEvent(object);
    }

    /// Returns all objects; none before the framework runs, which then checks each object by
    /// itself.
    Stream<PostgresAutoscaler> all() {
        return changes.isRunning() ? cache.stream().flatMap(ResourceCache::list) : Stream.empty();
    }

    Optional<PostgresAutoscaler> cached(ResourceID object) {
        return changes.isRunning() ? cache.flatMap(it -> it.get(object)) : Optional.empty();
    }

    /// Returns whether the change can affect this agent's writes. Changes of other agents' entries
    /// do not.
    boolean concerns(PostgresAutoscaler now, PostgresAutoscaler before) {
        List<InstanceStatus> written = StatusDraft.instances(now.written());
        return written.isEmpty()
                || written.stream().anyMatch(entries::isOwn)
                || StatusDraft.instances(before.written()).stream().anyMatch(entries::isOwn)
                || choices.get().filter(it -> !it.selectedBy(name(now)).isEmpty()).isPresent();
    }

    @Override
    public UpdateControl<PostgresAutoscaler> reconcile(
            PostgresAutoscaler object, Context<PostgresAutoscaler> context) {
        ResourceID id = ResourceID.fromResource(object);
        boolean leaves =
                context.isPrimaryResourceDeleted()
                        || object.getMetadata().getDeletionTimestamp() != null;
        Optional<PodSelection> known = choices.get();
        if (leaves) backoff.remove(id);
        if (leaves || known.isEmpty()) return UpdateControl.noUpdate();

        boolean isStarting = now().isBefore(startEnd);
        StatusDraft draft = StatusDraft.of(object, entries, known.get(), isStarting, Instant.now());
        StatusWriteBackoff writeBackoff =
                backoff.computeIfAbsent(
                        id,
                        _ ->
                                new StatusWriteBackoff(
                                        node, delays, ThreadLocalRandom.current(), now()));
        Optional<Duration> next =
                writeBackoff.next(
                        draft,
                        StatusDraft.instances(object.written()),
                        changed(known.get().selectedBy(name(object))),
                        now());
        if (next.isEmpty())
            return isStarting && draft.own() != StatusDraft.OwnEntry.NONE
                    ? again(delays.maxWait())
                    : UpdateControl.noUpdate();
        if (next.get().isPositive()) return again(next.get());
        return write(object, draft, writeBackoff);
    }

    private Moment changed(List<PodName> pods) {
        return pods.stream()
                .flatMap(it -> changedAt.apply(it).stream())
                .reduce((one, other) -> one.isBefore(other) ? other : one)
                .orElseGet(() -> now().plus(delays.between().negated()));
    }

    private UpdateControl<PostgresAutoscaler> write(
            PostgresAutoscaler object, StatusDraft draft, StatusWriteBackoff writeBackoff) {
        try {
            writer.apply(object, node, draft.body());
            writeBackoff.wrote(draft.body(), now());
            problems.succeeded();
            return UpdateControl.noUpdate();
        } catch (KubernetesClientException e) {
            return switch (e.getCode()) {
                // The object no longer exists; the watch will report it.
                case HttpURLConnection.HTTP_NOT_FOUND -> UpdateControl.noUpdate();
                // Another agent has changed the object; the watch will report it.
                case HttpURLConnection.HTTP_CONFLICT -> again(spread(delays.between()));
                default -> {
                    problems.failed(name(object).toString(), e);
                    yield again(writeBackoff.failed(draft.body(), maxBackoff(e), now()));
                }
            };
        }
    }

    private Duration maxBackoff(KubernetesClientException e) {
        if (ApiFailures.isRejection(e)) return delays.max();
        return ApiFailures.isMissingRight(e)
                ? delays.afterProblem().multipliedBy(MISSING_RIGHT_WAITS)
                : delays.afterProblem();
    }

    private static UpdateControl<PostgresAutoscaler> again(Duration after) {
        return UpdateControl.<PostgresAutoscaler>noUpdate()
                .rescheduleAfter(Math.max(1, after.toMillis()));
    }

    /// Returns a random delay of one to two times `wait`, so that agents do not write at the same
    /// time.
    private static Duration spread(Duration wait) {
        return wait.plusMillis(ThreadLocalRandom.current().nextLong(1 + wait.toMillis()));
    }

    static ObjectName name(PostgresAutoscaler object) {
        return new ObjectName(object.getMetadata().getNamespace(), object.getMetadata().getName());
    }
}
