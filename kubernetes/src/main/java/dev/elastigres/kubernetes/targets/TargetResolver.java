package dev.elastigres.kubernetes.targets;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.elastigres.kubernetes.api.NodePlanSpec;
import dev.elastigres.kubernetes.api.NodePlanSpec.PlanTarget;
import dev.elastigres.kubernetes.targets.ExcludedPod.ExclusionCause;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Determines which pods of a node are scaled, and with which configuration. The NodePlan has the
/// pods that objects select. The annotations of pods, and whether a selected pod can be scaled in
/// its present state, are read from the pods themselves.
public final class TargetResolver {
    private final Map<PodName, ScaledPod> chosen = new HashMap<>();
    private final Map<PodName, ExcludedPod> leftAlone = new HashMap<>();

    private TargetResolver() {}

    /// Returns the selection.
    ///
    /// @param pods the pods of the node
    /// @param plan the plan of the node; empty if it has none, which selects no pods
    /// @param generation generation of the plan; 0 if there is none
    public static PodSelection of(
            Collection<Pod> pods, Optional<NodePlanSpec> plan, long generation) {
        Map<String, List<PlannedTarget>> byNamespace =
                plan.map(NodePlanSpec::allTargets).orElse(List.of()).stream()
                        .sorted(Comparator.comparing(it -> String.valueOf(it.name())))
                        .collect(
                                groupingBy(
                                        (PlanTarget it) -> String.valueOf(it.namespace()),
                                        mapping(PlannedTarget::of, toList())));
        var targets = new TargetResolver();
        for (Pod pod : pods)
            if (!PodFields.isOver(pod))
                targets.take(
                        pod, byNamespace.getOrDefault(pod.getMetadata().getNamespace(), List.of()));
        return new PodSelection(targets.chosen, targets.leftAlone, generation);
    }

    private void take(Pod pod, List<PlannedTarget> objects) {
        PodName name = PodName.of(pod);
        List<PlannedTarget> meant =
                objects.stream()
                        .filter(it -> it.uids().contains(pod.getMetadata().getUid()))
                        .toList();
        Optional<PodAnnotations.AnnotationResult> own =
                PodAnnotations.read(PodFields.annotations(pod));

        var sources =
                new ArrayList<TargetSource>(meant.stream().map(PlannedTarget::source).toList());
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
