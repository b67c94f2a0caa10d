package dev.elastigres.kubernetes.targets;

import java.util.Map;

/// The selection of a node's pods for scaling.
///
/// @param chosen the scaled pods
/// @param leftAlone pods that are selected but not scaled
/// @param generation generation of the NodePlan that it follows; 0 if there is none
public record PodSelection(
        Map<PodName, ScaledPod> chosen, Map<PodName, ExcludedPod> leftAlone, long generation) {
    public static final PodSelection NONE = new PodSelection(Map.of(), Map.of(), 0);

    public PodSelection {
        chosen = Map.copyOf(chosen);
        leftAlone = Map.copyOf(leftAlone);
    }
}
