package dev.elastigres.kubernetes.targets;

import dev.elastigres.kubernetes.targets.TargetSource.Annotations;
import dev.elastigres.kubernetes.targets.TargetSource.Named;
import java.util.List;
import java.util.stream.Collectors;

/// A pod that somebody wants to have scaled, and that is not.
///
/// @param uid of the pod
/// @param sources who wants it
public record ExcludedPod(
        PodName pod, String uid, List<TargetSource> sources, ExclusionCause cause) {
    public ExcludedPod {
        sources = List.copyOf(sources);
    }

    public sealed interface ExclusionCause {

        /// More than one says how it is to be scaled.
        record Conflict(List<TargetSource> sources) implements ExclusionCause {
            public Conflict {
                sources = List.copyOf(sources);
            }
        }

        /// What was said is wrong.
        ///
        /// @param problems each one readable clause that names its field
        record Wrong(List<String> problems) implements ExclusionCause {
            public Wrong {
                problems = List.copyOf(problems);
            }
        }

        record NoContainer(String container) implements ExclusionCause {}

        /// Without a limit of memory a size cannot be told.
        record NoLimits(String container) implements ExclusionCause {}

        /// Its requests equal its limits, and neither changes without the other.
        ///
        /// @param resources of which the requests alone were to change
        record GuaranteedPod(List<String> resources) implements ExclusionCause {
            public GuaranteedPod {
                resources = List.copyOf(resources);
            }
        }

        /// A resize would restart the container, for so its pod says.
        record Restarts(String container, List<String> resources) implements ExclusionCause {
            public Restarts {
                resources = List.copyOf(resources);
            }
        }

        record Starting(String container) implements ExclusionCause {}

        record Terminating() implements ExclusionCause {}

        /// One word for states.
        default String code() {
            return switch (this) {
                case Conflict _ -> "Conflict";
                case Wrong _ -> "Invalid";
                case NoContainer _ -> "NoContainer";
                case NoLimits _ -> "NoLimits";
                case GuaranteedPod _ -> "GuaranteedPod";
                case Restarts _ -> "RestartsOnResize";
                case Starting _ -> "Starting";
                case Terminating() -> "Terminating";
            };
        }

        /// Whether it passes by itself.
        default boolean isPassing() {
            return switch (this) {
                case Starting _, Terminating _ -> true;
                case Conflict _, Wrong _, NoContainer _, NoLimits _, GuaranteedPod _, Restarts _ ->
                        false;
            };
        }

        /// One readable clause.
        default String text() {
            return switch (this) {
                case Conflict(List<TargetSource> sources) ->
                        "is left alone, for it is wanted by "
                                + sources.stream()
                                        .map(ExclusionCause::name)
                                        .collect(Collectors.joining(" and "));
                case Wrong(List<String> problems) -> String.join("; ", problems);
                case NoContainer(String container) -> "has no container named " + container;
                case NoLimits(String container) ->
                        "its container " + container + " has no limit of memory";
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
                        "its container " + container + " does not run yet";
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
