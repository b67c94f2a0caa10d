package dev.elastigres.kubernetes.status;

import dev.elastigres.agent.worker.VmView;
import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.Instance;
import dev.elastigres.kubernetes.node.ApiFailures;
import dev.elastigres.kubernetes.targets.Choices;
import dev.elastigres.kubernetes.targets.ObjectName;
import dev.elastigres.kubernetes.targets.PodName;
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

/// Looks at one object after another and writes what it should say. The framework calls it for each
/// object by one thread at a time.
final class Statuses implements Reconciler<PostgresAutoscaler> {
    /// The longest backoff while a right is missing, in first ones.
    private static final int MISSING_RIGHT_WAITS = 4;

    private final String node;
    private final Supplier<Optional<Choices>> choices;
    private final Entries entries;
    private final Waits waits;
    private final StatusWriter writer;
    private final Trouble trouble;
    private final Function<PodName, Optional<Moment>> changedAt;
    private final Moment patientUntil;

    /// Of objects that are to be written, or were.
    private final Map<ResourceID, Turns> turns = new ConcurrentHashMap<>();

    private final SimpleInboundEventSource<PostgresAutoscaler> news =
            new SimpleInboundEventSource<>("fleet");
    private volatile Optional<ResourceCache<PostgresAutoscaler>> cache = Optional.empty();

    /// @param changedAt when a pod's words last changed
    Statuses(
            KubernetesClient client,
            String node,
            Supplier<Optional<Choices>> choices,
            Function<PodName, Optional<VmView>> vms,
            Function<PodName, Optional<Moment>> changedAt,
            Waits waits,
            Log log) {
        this.node = node;
        this.choices = choices;
        this.changedAt = changedAt;
        this.waits = waits;
        entries = new Entries(node, vms);
        writer = new StatusWriter(client);
        trouble =
                new Trouble(
                        "the objects' status is written", "patch postgresautoscalers/status", log);
        patientUntil = now().plus(waits.patience());
    }

    @Override
    public List<EventSource<?, PostgresAutoscaler>> prepareEventSources(
            EventSourceContext<PostgresAutoscaler> context) {
        cache = Optional.of(context.getPrimaryCache());
        return List.of(news);
    }

    /// An object may have to say something else.
    void look(ResourceID object) {
        if (news.isRunning()) news.propagateEvent(object);
    }

    /// None before the framework runs: then it calls for each.
    Stream<PostgresAutoscaler> all() {
        return news.isRunning() ? cache.stream().flatMap(ResourceCache::list) : Stream.empty();
    }

    Optional<PostgresAutoscaler> cached(ResourceID object) {
        return news.isRunning() ? cache.flatMap(it -> it.get(object)) : Optional.empty();
    }

    /// Whether this agent has a word to say on what changed: other agents' entries are theirs.
    boolean concerns(PostgresAutoscaler now, PostgresAutoscaler before) {
        List<Instance> written = Draft.instances(now.written());
        return written.isEmpty()
                || written.stream().anyMatch(entries::isOwn)
                || Draft.instances(before.written()).stream().anyMatch(entries::isOwn)
                || choices.get().filter(it -> !it.aimsOf(name(now)).isEmpty()).isPresent();
    }

    @Override
    public UpdateControl<PostgresAutoscaler> reconcile(
            PostgresAutoscaler object, Context<PostgresAutoscaler> context) {
        ResourceID id = ResourceID.fromResource(object);
        boolean leaves =
                context.isPrimaryResourceDeleted()
                        || object.getMetadata().getDeletionTimestamp() != null;
        Optional<Choices> known = choices.get();
        if (leaves) turns.remove(id);
        if (leaves || known.isEmpty()) return UpdateControl.noUpdate();

        boolean patient = now().isBefore(patientUntil);
        Draft draft = Draft.of(object, entries, known.get(), patient, Instant.now());
        Turns turn =
                turns.computeIfAbsent(
                        id, _ -> new Turns(node, waits, ThreadLocalRandom.current(), now()));
        Optional<Duration> next =
                turn.next(
                        draft,
                        Draft.instances(object.written()),
                        changed(known.get().aimsOf(name(object))),
                        now());
        if (next.isEmpty())
            return patient && draft.own() != Draft.Own.NONE
                    ? again(waits.patience())
                    : UpdateControl.noUpdate();
        if (next.get().isPositive()) return again(next.get());
        return write(object, draft, turn);
    }

    private Moment changed(List<PodName> pods) {
        return pods.stream()
                .flatMap(it -> changedAt.apply(it).stream())
                .reduce((one, other) -> one.isBefore(other) ? other : one)
                .orElseGet(() -> now().plus(waits.between().negated()));
    }

    private UpdateControl<PostgresAutoscaler> write(
            PostgresAutoscaler object, Draft draft, Turns turn) {
        try {
            writer.apply(object, node, draft.body());
            turn.wrote(draft.body(), now());
            trouble.worked();
            return UpdateControl.noUpdate();
        } catch (KubernetesClientException e) {
            return switch (e.getCode()) {
                // It is gone, which the watch will say.
                case HttpURLConnection.HTTP_NOT_FOUND -> UpdateControl.noUpdate();
                // Another agent was first, which the watch will say, too.
                case HttpURLConnection.HTTP_CONFLICT -> again(spread(waits.between()));
                default -> {
                    trouble.failed(name(object).toString(), e);
                    yield again(turn.failed(draft.body(), maxBackoff(e), now()));
                }
            };
        }
    }

    private Duration maxBackoff(KubernetesClientException e) {
        if (ApiFailures.isRejection(e)) return waits.longest();
        return ApiFailures.isMissingRight(e)
                ? waits.troubled().multipliedBy(MISSING_RIGHT_WAITS)
                : waits.troubled();
    }

    private static UpdateControl<PostgresAutoscaler> again(Duration after) {
        return UpdateControl.<PostgresAutoscaler>noUpdate()
                .rescheduleAfter(Math.max(1, after.toMillis()));
    }

    /// Once to twice as long, so that agents do not come all at once.
    private static Duration spread(Duration wait) {
        return wait.plusMillis(ThreadLocalRandom.current().nextLong(1 + wait.toMillis()));
    }

    static ObjectName name(PostgresAutoscaler object) {
        return new ObjectName(object.getMetadata().getNamespace(), object.getMetadata().getName());
    }

    private static Moment now() {
        return new Moment(System.nanoTime());
    }
}
