package dev.elastigres.kubernetes.targets;

import dev.elastigres.kubernetes.targets.TargetSource.Annotations;
import dev.elastigres.kubernetes.targets.TargetSource.Named;
import java.util.List;
import java.util.stream.Collectors;

/// A pod that is selected for scaling but is not scaled.
///
/// @param uid uid of the pod
/// @param sources the objects or annotations that select it
/// @param cause why it is not scaled
public record ExcludedPod(
        PodName pod, String uid, List<TargetSource> sources, ExclusionCause cause) {
    public ExcludedPod {
        sources = List.copyOf(sources);
    }

    public sealed interface ExclusionCause {

        /// Several sources select the pod.
        record Conflict(List<TargetSource> sources) implements ExclusionCause {
            public Conflict {
                sources = List.copyOf(sources);
            }
        }

        /// A HorizontalPodAutoscaler or VerticalPodAutoscaler acts on the same resources.
        ///
        /// @param effect what it does, as one readable clause
        record AutoscalerConflict(String effect) implements ExclusionCause {}

        /// The configuration is invalid.
        ///
        /// @param problems one readable clause for each problem, which names its field
        record InvalidSettings(List<String> problems) implements ExclusionCause {
            public InvalidSettings {
                problems = List.copyOf(problems);
            }
        }

        record NoContainer(String container) implements ExclusionCause {}

        /// The container has no memory limit, so that it has no size.
        record NoLimits(String container) implements ExclusionCause {}

        /// The pod is Guaranteed. Its requests equal its limits, and neither may change without the
        /// other.
        ///
        /// @param resources resources of which only the requests were to change
        record GuaranteedPod(List<String> resources) implements ExclusionCause {
            public GuaranteedPod {
                resources = List.copyOf(resources);
            }
        }

        /// The pod's resize policy would restart the container at each resize.
        record Restarts(String container, List<String> resources) implements ExclusionCause {
            public Restarts {
                resources = List.copyOf(resources);
            }
        }

        record Starting(String container) implements ExclusionCause {}

        record Terminating() implements ExclusionCause {}

        /// Returns the cause as one word, for logs and states.
        default String code() {
            return switch (this) {
                case Conflict _ -> "Conflict";
                case AutoscalerConflict _ -> "OtherAutoscaler";
                case InvalidSettings _ -> "Invalid";
                case NoContainer _ -> "NoContainer";
                case NoLimits _ -> "NoLimits";
                case GuaranteedPod _ -> "GuaranteedPod";
                case Restarts _ -> "RestartsOnResize";
                case Starting _ -> "Starting";
                case Terminating() -> "Terminating";
            };
        }

        /// Returns whether the cause ends without intervention.
        default boolean isPassing() {
            return switch (this) {
                case Starting _, Terminating _ -> true;
                case Conflict _,
                        AutoscalerConflict _,
                        InvalidSettings _,
                        NoContainer _,
                        NoLimits _,
                        GuaranteedPod _,
                        Restarts _ ->
                        false;
            };
        }

        /// Returns the cause as one readable clause.
        default String text() {
            return switch (this) {
                case Conflict(List<TargetSource> sources) ->
                        "is not scaled, because several sources select it: "
                                + sources.stream()
                                        .map(ExclusionCause::name)
                                        .collect(Collectors.joining(" and "));
                case AutoscalerConflict(String effect) ->
                        "is not scaled, because %s: remove that autoscaler, let it use another metric or resource, or set mode to Recommend"
                                .formatted(effect);
                case InvalidSettings(List<String> problems) -> String.join("; ", problems);
                case NoContainer(String container) -> "has no container named " + container;
                case NoLimits(String container) ->
                        "its container " + container + " has no memory limit";
                case GuaranteedPod(List<String> resources) ->
                        "its pod is Guaranteed, where requests do not change without limits: %s must be RequestsAndLimits"
                                .formatted(
                                        resources.stream()
                                                .map(it -> "resources." + it)
                                                .collect(Collectors.joining(" and ")));
                case Restarts(String container, List<String> resources) ->
                        "its container %s restarts when %s changes: set its resizePolicy to NotRequired"
                                .formatted(container, String.join(" or ", resources));
                case Starting(String container) ->
                        "its container " + container + " is not running yet";
                case Terminating() -> "is being deleted";
            };
        }

        private static String name(TargetSource source) {
            return switch (source) {
                case Named(String object) -> "the PostgresAutoscaler " + object;
                case Annotations() -> "its own annotations";
            };
        }
    }
}
