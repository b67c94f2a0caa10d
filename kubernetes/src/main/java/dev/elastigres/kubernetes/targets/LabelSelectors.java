package dev.elastigres.kubernetes.targets;

import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec.SelectorRequirement;
import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec.SelectorSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Evaluates label selectors.
final class LabelSelectors {
    private LabelSelectors() {}

    /// Returns whether the selector matches. Unlike in Kubernetes, an empty selector matches
    /// nothing, because it would select every pod.
    static boolean matches(SelectorSpec selector, Map<String, String> labels) {
        Map<String, String> equal = orNone(selector.matchLabels());
        List<SelectorRequirement> requirements = orNone(selector.matchExpressions());
        if (equal.isEmpty() && requirements.isEmpty()) return false;
        return equal.entrySet().stream()
                        .allMatch(
                                each -> Objects.equals(labels.get(each.getKey()), each.getValue()))
                && requirements.stream().allMatch(each -> holds(each, labels));
    }

    /// A missing label is in no set, so that `NotIn` holds.
    private static boolean holds(SelectorRequirement requirement, Map<String, String> labels) {
        String key = requirement.key();
        String operator = requirement.operator();
        if (key == null || operator == null) return false;
        List<String> values = orNone(requirement.values());
        String label = labels.get(key);
        return switch (operator) {
            case "In" -> label != null && values.contains(label);
            case "NotIn" -> label == null || !values.contains(label);
            case "Exists" -> label != null;
            case "DoesNotExist" -> label == null;
            default -> false;
        };
    }

    private static Map<String, String> orNone(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }

    private static <T> List<T> orNone(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
