package dev.elastigres.kubernetes.targets;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;

import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.targets.ExcludedPod.ExclusionCause;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Determines which pods are scaled, and with which configuration. An object selects only pods of
/// its own namespace, and only objects in the namespaces of the given pods are read.
public final class TargetResolver {
    private final Map<PodName, ScaledPod> chosen = new HashMap<>();
    private final Map<PodName, ExcludedPod> leftAlone = new HashMap<>();
    private final Map<ObjectName, List<PodName>> selected = new HashMap<>();

    private TargetResolver() {}

    /// Returns the selection.
    ///
    /// @param pods the pods of this node
    /// @param objects all objects of the cluster
    public static PodSelection of(
            Collection<Pod> pods, Collection<? extends PostgresAutoscaler> objects) {
        Set<String> namespaces =
                pods.stream().map(it -> it.getMetadata().getNamespace()).collect(toSet());
        Map<String, List<TargetSelector>> byNamespace =
                objects.stream()
                        .filter(it -> namespaces.contains(it.getMetadata().getNamespace()))
                        .filter(it -> it.getMetadata().getDeletionTimestamp() == null)
                        .sorted(Comparator.comparing(it -> it.getMetadata().getName()))
                        .collect(
                                groupingBy(
                                        it -> it.getMetadata().getNamespace(),
                                        mapping(TargetSelector::of, toList())));
        var targets = new TargetResolver();
        pods.stream()
                .filter(it -> !PodFields.isOver(it))
                .sorted(Comparator.comparing(it -> it.getMetadata().getName()))
                .forEach(
                        it ->
                                targets.take(
                                        it,
                                        byNamespace.getOrDefault(
                                                it.getMetadata().getNamespace(), List.of())));
        return new PodSelection(targets.chosen, targets.leftAlone, targets.selected);
    }

    private void take(Pod pod, List<TargetSelector> objects) {
        PodName name = PodName.of(pod);
        List<TargetSelector> meant = objects.stream().filter(it -> it.isFor(pod)).toList();
        for (TargetSelector each : meant)
            selected.computeIfAbsent(
                            new ObjectName(name.namespace(), each.name()), _ -> new ArrayList<>())
                    .add(name);
        Optional<PodAnnotations.AnnotationResult> own =
                PodAnnotations.read(PodFields.annotations(pod));

        var sources =
                new ArrayList<TargetSource>(meant.stream().map(TargetSelector::source).toList());
        if (own.isPresent()) sources.add(new TargetSource.Annotations());
        if (sources.isEmpty()) return;
        if (sources.size() > 1) {
            leave(pod, sources, new ExclusionCause.Conflict(sources));
            return;
        }
        Optional<ScalingTerms> terms =
                meant.isEmpty() ? own.get().terms() : meant.getFirst().terms();
        if (terms.isEmpty()) {
            List<String> problems =
                    meant.isEmpty() ? own.get().problems() : meant.getFirst().problems();
            leave(pod, sources, new ExclusionCause.InvalidSettings(problems));
            return;
        }
        Optional<ExclusionCause> exclusionCause = PodFields.exclusionCause(pod, terms.get());
        if (exclusionCause.isPresent()) {
            leave(pod, sources, exclusionCause.get());
            return;
        }
        chosen.put(
                name,
                terms.get()
                        .chosen(
                                name,
                                pod.getMetadata().getUid(),
                                PodFields.isManaged(pod),
                                sources.getFirst()));
    }

    private void leave(Pod pod, List<TargetSource> sources, ExclusionCause cause) {
        PodName name = PodName.of(pod);
        leftAlone.put(name, new ExcludedPod(name, pod.getMetadata().getUid(), sources, cause));
    }
}
