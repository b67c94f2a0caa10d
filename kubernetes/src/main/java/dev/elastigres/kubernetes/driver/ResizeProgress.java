package dev.elastigres.kubernetes.driver;

import dev.elastigres.core.agent.ResizeFailure;
import dev.elastigres.kubernetes.node.PodContainer;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.Objects;

/// How far the kubelet says it came with what was last asked of a pod.
sealed interface ResizeProgress {
    /// Done, by the kubelet's word and the kernel's.
    record InForce() implements ResizeProgress {}

    /// Nothing is said against it, and perhaps nothing at all yet.
    record InProgress() implements ResizeProgress {}

    /// The node has no room for now. It is done later, by itself.
    record Deferred(String why) implements ResizeProgress {}

    /// The node never does that. Nothing comes of it.
    ///
    /// @param failure whether it is too much for the node, or the node does it for no size
    /// @param why one clause that says which, with the kubelet's words
    record Infeasible(ResizeFailure failure, String why) implements ResizeProgress {}

    /// A rule of the cluster did not let it through. The pod asks for what it asked for before.
    ///
    /// @param why one clause that names the rule, with the API server's words
    record Rejected(ResizeFailure failure, String why) implements ResizeProgress {}

    /// It was tried and could not be. The kubelet goes on trying.
    record Failing(String why) implements ResizeProgress {}

    /// @param generation of the pod that is spoken of: what was said of an earlier one is void
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

    /// The kubelet has one reason for all that it never does, and the message tells them apart.
    private static Infeasible infeasible(String why) {
        for (NodeLimitation each : NodeLimitation.values())
            if (each.isMeantBy(why))
                return new Infeasible(each.failure(), each.text() + ": " + why);
        return new Infeasible(ResizeFailure.NOT_RESIZABLE, "its node cannot do that: " + why);
    }

    private static String why(PodCondition condition, String reason) {
        String message = Objects.requireNonNullElse(condition.getMessage(), "");
        String clause = message.isBlank() ? reason : message.strip().replaceAll("\\s+", " ");
        int maxLength = 240;
        return clause.length() <= maxLength ? clause : clause.substring(0, maxLength) + "…";
    }
}
