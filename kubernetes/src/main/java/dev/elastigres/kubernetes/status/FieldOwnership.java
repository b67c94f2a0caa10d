package dev.elastigres.kubernetes.status;

import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Reads the managed fields of an object.
final class FieldOwnership {
    private static final String KEY = "k:{\"name\":\"";
    private static final String END = "\"}";

    private FieldOwnership() {}

    /// Returns the names of the entries in which the agent of `node` owns any field.
    static Set<String> instances(PostgresAutoscaler object, String node) {
        List<ManagedFieldsEntry> all = object.getMetadata().getManagedFields();
        if (all == null) return Set.of();
        String manager = FieldManagers.of(node);
        return all.stream()
                .filter(it -> manager.equals(it.getManager()))
                .filter(it -> "Apply".equals(it.getOperation()))
                .flatMap(it -> keys(it.getFieldsV1()).stream())
                .filter(it -> it.startsWith(KEY) && it.endsWith(END))
                .map(it -> it.substring(KEY.length(), it.length() - END.length()))
                .collect(Collectors.toSet());
    }

    private static Set<String> keys(FieldsV1 fields) {
        if (fields == null
                || !(fields.getAdditionalProperties().get("f:status") instanceof Map<?, ?> status)
                || !(status.get("f:instances") instanceof Map<?, ?> instances)) return Set.of();
        return instances.keySet().stream().map(String::valueOf).collect(Collectors.toSet());
    }
}
