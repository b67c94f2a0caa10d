package dev.elastigres.kubernetes.targets;

import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec.SelectorRequirement;
import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec.SelectorSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Label selectors, as Kubernetes evaluates them.
final class LabelSelectors {
    private LabelSelectors() {}

    /// An empty one selects nothing, for it would select all.
    static boolean matches(SelectorSpec selector, Map<String, String> labels) {
        Map<String, String> equal = orNone(selector.matchLabels());
        List<SelectorRequirement> requirements = orNone(selector.matchExpressions());
        if (equal.isEmpty() && requirements.isEmpty()) return false;
        return equal.entrySet().stream()
                        .allMatch(
                                each -> Objects.equals(labels.get(each.getKey()), each.getValue()))
                && requirements.stream().allMatch(each -> holds(each, labels));
    }

    /// A label that is not there is in no set, so `NotIn` holds.
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
