package dev.elastigres.kubernetes.node;

import static dev.elastigres.daemon.thread.MonotonicClock.now;
import static java.util.stream.Collectors.toSet;

import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.thread.Threads;
import dev.elastigres.kubernetes.targets.ExcludedPod;
import dev.elastigres.kubernetes.targets.ExcludedPod.ExclusionCause;
import dev.elastigres.kubernetes.targets.OtherAutoscaler;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.PodSelection;
import dev.elastigres.kubernetes.targets.ScaledPod;
import dev.elastigres.kubernetes.targets.ScalingMode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/// Excludes pods that a HorizontalPodAutoscaler or VerticalPodAutoscaler scales on the same
/// resources, so that the two do not react to each other.
///
/// The autoscalers are listed, not watched: the status of a HorizontalPodAutoscaler changes every
/// 15 s, and a watch would transfer each change to each node. They are listed in the namespaces of
/// this node's selected pods, at once for a new namespace and then every four to six minutes.
/// While a list fails the last one stays in force. A cluster without VerticalPodAutoscalers is the
/// ordinary case.
///
/// Thread-safe; only the thread of this object blocks.
public final class OtherAutoscalers implements AutoCloseable {
    /// Minimum interval between two lists of a namespace. The maximum is half as much again.
    private static final Duration INTERVAL = Duration.ofMinutes(4);

    private static final Duration MAX_RETRY_INTERVAL = Duration.ofSeconds(30);

    private static final List<AutoscalerKind> KINDS =
            List.of(
                    new AutoscalerKind(
                            resource("autoscaling", "v2", "horizontalpodautoscalers"),
                            OtherAutoscaler::horizontal),
                    new AutoscalerKind(
                            resource("autoscaling.k8s.io", "v1", "verticalpodautoscalers"),
                            OtherAutoscaler::vertical));

    /// A kind of autoscalers.
    ///
    /// @param reader reads an object; empty if it does not matter
    private record AutoscalerKind(
            ResourceDefinitionContext resource,
            Function<GenericKubernetesResource, Optional<OtherAutoscaler>> reader) {
        String operation() {
            return "list " + resource.getPlural();
        }
    }

    private final ApiClient api;
    private final Duration interval;
    private final Log log;

    /// Failures of the lists. They do not make the agent not ready.
    private final ActiveProblems problems;

    private final ChangeSignal changeSignal = new ChangeSignal();
    private final Thread thread = Thread.ofVirtual().name("other-autoscalers").unstarted(this::run);

    /// The last lists, by namespace.
    private final Map<String, NamespaceAutoscalers> known = new ConcurrentHashMap<>();

    private volatile Set<String> namespaces = Set.of();
    private volatile Runnable changed = () -> {};

    /// The last lists of a namespace.
    ///
    /// @param at when the namespace is listed again
    private record NamespaceAutoscalers(
            Map<AutoscalerKind, List<OtherAutoscaler>> byKind, Moment at) {
        List<OtherAutoscaler> all() {
            return byKind.values().stream().flatMap(List::stream).toList();
        }
    }

    public OtherAutoscalers(ApiClient api, Log log) {
        this(api, INTERVAL, log);
    }

    /// @param interval minimum interval between two lists of a namespace
    OtherAutoscalers(ApiClient api, Duration interval, Log log) {
        this.api = api;
        this.interval = interval;
        this.log = log;
        problems = new ActiveProblems(log);
    }

    /// Starts the thread.
    ///
    /// @param changed called when the autoscalers of a namespace changed
    public void start(Runnable changed) {
        this.changed = changed;
        thread.start();
    }

    /// Returns the selection without the pods on which other autoscalers act. Pods in mode
    /// `Recommend` are never resized, and stay.
    public PodSelection exclude(PodSelection selection, Collection<Pod> pods) {
        Set<String> now =
                selection.chosen().keySet().stream().map(PodName::namespace).collect(toSet());
        if (!now.equals(namespaces)) {
            namespaces = now;
            changeSignal.signal();
        }
        var chosen = new HashMap<>(selection.chosen());
        var leftAlone = new HashMap<>(selection.leftAlone());
        for (Pod pod : pods) {
            PodName name = PodName.of(pod);
            ScaledPod scaled = chosen.get(name);
            if (scaled == null || scaled.mode() == ScalingMode.RECOMMEND) continue;
            Optional<String> effect = effect(pod, scaled.container());
            if (effect.isEmpty()) continue;
            chosen.remove(name);
            leftAlone.put(
                    name,
                    new ExcludedPod(
                            name,
                            scaled.uid(),
                            List.of(scaled.source()),
                            new ExclusionCause.AutoscalerConflict(effect.get())));
        }
        return new PodSelection(chosen, leftAlone, selection.generation());
    }

    private Optional<String> effect(Pod pod, String container) {
        NamespaceAutoscalers there = known.get(pod.getMetadata().getNamespace());
        if (there == null) return Optional.empty();
        return there.all().stream().flatMap(it -> it.effect(pod, container).stream()).findFirst();
    }

    // ---- listing

    private void run() {
        changeSignal.repeat(
                this::listDue,
                this::timeout,
                e -> log.error("a bug in listing autoscalers", "cause", e));
    }

    private Duration timeout() {
        return ChangeSignal.untilFirst(
                known.values().stream().map(NamespaceAutoscalers::at), now(), interval);
    }

    private void listDue() throws InterruptedException {
        Set<String> now = namespaces;
        known.keySet().retainAll(now);
        var absent = new ArrayList<AutoscalerKind>();
        for (String namespace : now) {
            NamespaceAutoscalers before = known.get(namespace);
            if (before != null && now().isBefore(before.at)) continue;
            NamespaceAutoscalers after =
                    list(namespace, before == null ? Map.of() : before.byKind, absent);
            known.put(namespace, after);
            if (!after.byKind.equals(before == null ? Map.of() : before.byKind)) changed.run();
        }
    }

    /// @param absent kinds that the API server was found not to have in this round
    private NamespaceAutoscalers list(
            String namespace,
            Map<AutoscalerKind, List<OtherAutoscaler>> before,
            List<AutoscalerKind> absent)
            throws InterruptedException {
        var byKind = new HashMap<>(before);
        Duration wait =
                interval.plusMillis(ThreadLocalRandom.current().nextLong(interval.toMillis() / 2));
        for (AutoscalerKind kind : KINDS) {
            if (absent.contains(kind)) {
                byKind.remove(kind);
                continue;
            }
            try {
                List<OtherAutoscaler> some =
                        api.list(kind.resource, namespace).stream()
                                .flatMap(it -> kind.reader.apply(it).stream())
                                .toList();
                if (some.isEmpty()) byKind.remove(kind);
                else byKind.put(kind, some);
                problems.end(kind.operation());
            } catch (ApiException.Unsupported | ApiException.NotFound _) {
                absent.add(kind);
                byKind.remove(kind);
                problems.end(kind.operation());
            } catch (ApiException.MissingRight _) {
                problems.begin(
                        kind.operation(),
                        "its account lacks the right; a pod that another autoscaler scales is not"
                                + " recognized");
            } catch (ApiException e) {
                log.debug("autoscalers cannot be listed", "namespace", namespace, "cause", e);
                if (wait.compareTo(MAX_RETRY_INTERVAL) > 0) wait = MAX_RETRY_INTERVAL;
            }
        }
        return new NamespaceAutoscalers(Map.copyOf(byKind), now().plus(wait));
    }

    private static ResourceDefinitionContext resource(String group, String version, String plural) {
        return new ResourceDefinitionContext.Builder()
                .withGroup(group)
                .withVersion(version)
                .withPlural(plural)
                .withNamespaced(true)
                .build();
    }

    @Override
    public void close() {
        Threads.end(thread);
    }
}
