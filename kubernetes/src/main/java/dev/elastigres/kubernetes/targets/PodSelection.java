package dev.elastigres.kubernetes.targets;

import java.util.List;
import java.util.Map;

/// What is to be done with the pods of a node, by all that was said of them.
///
/// @param chosen those that are scaled
/// @param leftAlone those that somebody wants to have scaled, and that are not
/// @param aims the pods of this node that an object is for, scaled or not, in the order of their
///     names; only objects that have some
public record PodSelection(
        Map<PodName, ScaledPod> chosen,
        Map<PodName, ExcludedPod> leftAlone,
        Map<ObjectName, List<PodName>> aims) {
    public static final PodSelection NONE = new PodSelection(Map.of(), Map.of(), Map.of());

    public PodSelection {
        chosen = Map.copyOf(chosen);
        leftAlone = Map.copyOf(leftAlone);
        aims = Map.copyOf(aims);
    }

    /// The pods that `object` is for.
    public List<PodName> aimsOf(ObjectName object) {
        return aims.getOrDefault(object, List.of());
    }
}
