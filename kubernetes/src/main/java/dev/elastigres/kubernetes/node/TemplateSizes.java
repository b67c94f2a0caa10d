package dev.elastigres.kubernetes.node;

import static dev.elastigres.daemon.thread.MonotonicClock.now;

import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.thread.Threads;
import dev.elastigres.kubernetes.targets.InitialSizeAnnotations;
import dev.elastigres.kubernetes.targets.PodName;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds the sizes of containers in the templates of their pods: the sizes that users requested
/// before any resize.
///
/// A resized pod shows only its own size. The template therefore comes from the origin of the pod:
/// from the StatefulSet or ReplicaSet that owns it, or from a copy in an annotation (by the
/// controller if it set the pod's initial size, by CloudNativePG, and by `kubectl apply` of a bare
/// pod). If none of them exists, the size
/// at which the pod was first seen counts, until the agent restarts.
///
/// Owners are read once for each pod, on a separate thread. Thread-safe; no method blocks.
public final class TemplateSizes implements AutoCloseable {
    private static final Set<String> READABLE_OWNERS = Set.of("StatefulSet", "ReplicaSet");
    private static final String CLOUD_NATIVE_PG = "cnpg.io/podSpec";
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration MAX_RETRY = Duration.ofMinutes(5);

    private final NodePods pods;
    private final ApiClient api;
    private final Log log;
    private final KubernetesSerialization reader = new KubernetesSerialization();
    private final Thread thread = Thread.ofVirtual().name("template-sizes").unstarted(this::run);
    private final ChangeSignal changeSignal = new ChangeSignal();

    /// Entries by the pod's uid and the container's name.
    private final Map<TemplateKey, TemplateEntry> entries = new ConcurrentHashMap<>();

    private record TemplateKey(String uid, String container) {}

    /// A StatefulSet or ReplicaSet that owns a pod.
    private record TemplateOwner(String namespace, String kind, String name) {}

    /// @param container name of the container
    /// @param values requests and limits when the pod was first seen
    private record ObservedTemplate(String container, ResourceValues values) {}

    /// @param template values of the template; empty while unknown, and if there is no template
    /// @param owner the owner, if it must still be read
    /// @param at when the owner is read
    /// @param retry backoff after another failure
    private record TemplateEntry(
            ObservedTemplate seen,
            Optional<ResourceValues> template,
            Optional<TemplateOwner> owner,
            Moment at,
            Duration retry) {
        TemplateEntry known(Optional<ResourceValues> values) {
            return new TemplateEntry(seen, values, Optional.empty(), at, retry);
        }

        TemplateEntry failed(Moment now) {
            Duration twice = retry.multipliedBy(2);
            return new TemplateEntry(
                    seen,
                    template,
                    owner,
                    now.plus(retry),
                    twice.compareTo(MAX_RETRY) < 0 ? twice : MAX_RETRY);
        }
    }

    public TemplateSizes(NodePods pods, ApiClient api, Log log) {
        this.pods = pods;
        this.api = api;
        this.log = log;
    }

    public void start() {
        thread.start();
    }

    /// Returns the requests and limits in the container's template, or those that it was first seen
    /// with.
    public ResourceValues of(PodContainer container) {
        var key = new TemplateKey(container.uid(), container.container().getName());
        TemplateEntry entry = entries.get(key);
        if (entry == null) {
            entry = entries.computeIfAbsent(key, _ -> begin(container));
            if (entry.owner.isPresent()) changeSignal.signal();
        }
        return entry.template.orElse(entry.seen.values);
    }

    private TemplateEntry begin(PodContainer container) {
        var seen = new ObservedTemplate(container.container().getName(), container.desired());
        Optional<ResourceValues> copy = copied(container.pod(), seen);
        Optional<TemplateOwner> owner =
                copy.isPresent()
                        ? Optional.empty()
                        : controller(container.pod())
                                .filter(it -> READABLE_OWNERS.contains(it.getKind()))
                                .filter(
                                        it ->
                                                String.valueOf(it.getApiVersion())
                                                        .startsWith("apps/"))
                                .map(
                                        it ->
                                                new TemplateOwner(
                                                        container.name().namespace(),
                                                        it.getKind(),
                                                        it.getName()));
        return new TemplateEntry(seen, copy, owner, now(), FIRST_RETRY);
    }

    private static Optional<OwnerReference> controller(Pod pod) {
        List<OwnerReference> owners = pod.getMetadata().getOwnerReferences();
        if (owners == null) return Optional.empty();
        return owners.stream().filter(it -> Boolean.TRUE.equals(it.getController())).findFirst();
    }

    /// Returns the values from a copy of the specification in the pod's annotations.
    private Optional<ResourceValues> copied(Pod pod, ObservedTemplate seen) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        if (annotations == null) return Optional.empty();
        try {
            String replaced = annotations.get(InitialSizeAnnotations.TEMPLATE);
            if (replaced != null) {
                var template = reader.unmarshal(replaced, ResourceRequirements.class);
                if (seen.container.equals(template.getAdditionalProperties().get("container")))
                    return Optional.of(
                            ResourceValues.of(template.getRequests(), template.getLimits())
                                    .or(seen.values));
            }
            String spec = annotations.get(CLOUD_NATIVE_PG);
            if (spec != null) return values(reader.unmarshal(spec, PodSpec.class), seen);
            String applied = annotations.get(LAST_APPLIED);
            if (applied != null && controller(pod).isEmpty())
                return values(reader.unmarshal(applied, Pod.class).getSpec(), seen);
        } catch (RuntimeException e) {
            log.debug(
                    "cannot read a pod's copy of its template", "vm", PodName.of(pod), "cause", e);
        }
        return Optional.empty();
    }

    private static Optional<ResourceValues> values(
            @Nullable PodSpec template, ObservedTemplate seen) {
        if (template == null || template.getContainers() == null) return Optional.empty();
        return template.getContainers().stream()
                .filter(it -> seen.container.equals(it.getName()))
                .findFirst()
                .map(it -> values(it.getResources(), seen.values));
    }

    /// Returns the values of the template. Values that the template leaves to a LimitRange are
    /// those first seen. A missing request equals the limit, which is the default of the API
    /// server.
    private static ResourceValues values(
            @Nullable ResourceRequirements template, ResourceValues seen) {
        if (template == null) return seen;
        ResourceValues specified =
                ResourceValues.of(template.getRequests(), template.getLimits()).withoutZeroLimits();
        return specified
                .or(
                        new ResourceValues(
                                specified.limitedCpus(),
                                Optional.empty(),
                                specified.limitedMemory(),
                                Optional.empty()))
                .or(seen);
    }

    // ---- reading owners

    private void run() {
        changeSignal.repeat(
                this::removeStaleAndRead,
                this::timeout,
                e -> log.error("a bug in reading templates", "cause", e));
    }

    private void removeStaleAndRead() throws InterruptedException {
        removeStale();
        readOwners();
    }

    private Duration timeout() {
        return ChangeSignal.untilFirst(
                entries.values().stream().filter(it -> it.owner.isPresent()).map(it -> it.at),
                now(),
                MAX_RETRY);
    }

    /// Removes the entries of pods that no longer exist.
    private void removeStale() {
        if (pods.unknown().isPresent()) return;
        Set<String> there =
                pods.pods().stream()
                        .map(it -> it.getMetadata().getUid())
                        .collect(Collectors.toSet());
        entries.keySet().removeIf(it -> !there.contains(it.uid));
    }

    private void readOwners() throws InterruptedException {
        for (var each : entries.entrySet()) {
            TemplateEntry entry = each.getValue();
            if (entry.owner.isEmpty() || now().isBefore(entry.at)) continue;
            TemplateEntry after = read(entry, entry.owner.get());
            entries.computeIfPresent(each.getKey(), (_, _) -> after);
        }
    }

    private TemplateEntry read(TemplateEntry entry, TemplateOwner owner)
            throws InterruptedException {
        try {
            return entry.known(
                    api.podTemplate(owner.namespace, owner.kind, owner.name)
                            .flatMap(it -> values(it, entry.seen)));
        } catch (ApiException e) {
            log.debug("a template cannot be read", "owner", owner, "cause", e);
            return entry.failed(now());
        }
    }

    @Override
    public void close() {
        Threads.end(thread);
    }
}
