package dev.elastigres.kubernetes.targets;

import java.util.List;
import java.util.Map;

/// The selection of a node's pods for scaling.
///
/// @param chosen the scaled pods
/// @param leftAlone pods that are selected but not scaled
/// @param selected pods of this node that an object selects, scaled or not, in the order of their
///     names; contains only objects that select some
public record PodSelection(
        Map<PodName, ScaledPod> chosen,
        Map<PodName, ExcludedPod> leftAlone,
        Map<ObjectName, List<PodName>> selected) {
    public static final PodSelection NONE = new PodSelection(Map.of(), Map.of(), Map.of());

    public PodSelection {
        chosen = Map.copyOf(chosen);
        leftAlone = Map.copyOf(leftAlone);
        selected = Map.copyOf(selected);
    }

    /// Returns the pods of this node that the object selects.
    public List<PodName> selectedBy(ObjectName object) {
        return selected.getOrDefault(object, List.of());
    }
}
