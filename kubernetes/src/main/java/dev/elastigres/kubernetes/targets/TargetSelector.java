package dev.elastigres.kubernetes.targets;

import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec.TargetSpec;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.Optional;

/// Selects the pods of a PostgresAutoscaler in its namespace.
public final class TargetSelector {
    private final Optional<TargetSpec> target;

    private TargetSelector(Optional<TargetSpec> target) {
        this.target = target;
    }

    /// Returns the selector of the object. Without a target it selects no pods.
    public static TargetSelector of(PostgresAutoscaler object) {
        return new TargetSelector(
                object.findSpec().flatMap(it -> Optional.ofNullable(it.target())));
    }

    /// Returns whether the object selects `pod`, which is in the same namespace. A pod whose
    /// containers have all ended permanently is not selected.
    public boolean matches(Pod pod) {
        if (target.isEmpty() || PodFields.isOver(pod)) return false;
        TargetSpec target = this.target.get();
        if (target.selector() != null)
            return LabelSelectors.matches(target.selector(), PodFields.labels(pod));
        if (target.statefulSet() != null)
            return PodFields.isOfStatefulSet(pod, target.statefulSet());
        return target.cluster() != null && PodFields.isInstanceOfCluster(pod, target.cluster());
    }

    /// Returns labels that every selected pod has, with their values. They narrow a search, and do
    /// not replace [#matches].
    public Map<String, String> requiredLabels() {
        if (target.isEmpty()) return Map.of();
        TargetSpec target = this.target.get();
        if (target.selector() != null && target.selector().matchLabels() != null)
            return target.selector().matchLabels();
        return target.selector() == null && target.cluster() != null
                ? Map.of(PodFields.CLUSTER, target.cluster())
                : Map.of();
    }
}
