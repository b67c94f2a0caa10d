package dev.elastigres.kubernetes.driver;

import dev.elastigres.core.agent.ResizeFailure;
import dev.elastigres.kubernetes.node.PodContainer;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.Objects;

/// The kubelet's progress with the last resize of a pod.
sealed interface ResizeProgress {
    /// Done: the kubelet and the kernel both show the new size.
    record InForce() implements ResizeProgress {}

    /// In progress: the kubelet reports no obstacle, and perhaps has not reported anything yet.
    record InProgress() implements ResizeProgress {}

    /// The node has no room at present. The kubelet performs the resize later without a new
    /// request.
    record Deferred(String why) implements ResizeProgress {}

    /// The node can never perform the resize.
    ///
    /// @param failure whether the size is too large for the node, or the node refuses every size
    /// @param why one clause that contains the limitation and the kubelet's message
    record Infeasible(ResizeFailure failure, String why) implements ResizeProgress {}

    /// A rule of the cluster rejected the resize. The pod's specification is unchanged.
    ///
    /// @param why one clause that names the rule and contains the API server's message
    record Rejected(ResizeFailure failure, String why) implements ResizeProgress {}

    /// The kubelet tried and failed, and keeps trying.
    record Failing(String why) implements ResizeProgress {}

    /// Returns the progress that the kubelet reports in the pod's conditions.
    ///
    /// @param generation generation of the pod's specification; conditions of earlier ones are
    ///     ignored
    static ResizeProgress of(PodContainer container, long generation) {
        for (PodCondition each : container.pod().getStatus().getConditions()) {
            Long observed = each.getObservedGeneration();
            boolean counts =
                    "True".equals(each.getStatus()) && (observed == null || observed >= generation);
            if (!counts) continue;
            String reason = Objects.requireNonNullElse(each.getReason(), "");
            String why = why(each, reason);
            switch (each.getType() + " " + reason) {
                case "PodResizePending Deferred" -> {
                    return new Deferred(why);
                }
                case "PodResizePending Infeasible" -> {
                    return infeasible(why);
                }
                case "PodResizeInProgress Error" -> {
                    return new Failing(why);
                }
                default -> {}
            }
        }
        return new InProgress();
    }

    /// Finds the limitation in the kubelet's message, because all have the same reason.
    private static Infeasible infeasible(String why) {
        for (NodeLimitation each : NodeLimitation.values())
            if (each.isNamedIn(why))
                return new Infeasible(each.failure(), each.text() + ": " + why);
        return new Infeasible(
                ResizeFailure.NOT_RESIZABLE, "its node cannot perform the resize: " + why);
    }

    private static String why(PodCondition condition, String reason) {
        String message = Objects.requireNonNullElse(condition.getMessage(), "");
        String clause = message.isBlank() ? reason : message.strip().replaceAll("\\s+", " ");
        int maxLength = 240;
        return clause.length() <= maxLength ? clause : clause.substring(0, maxLength) + "…";
    }
}
