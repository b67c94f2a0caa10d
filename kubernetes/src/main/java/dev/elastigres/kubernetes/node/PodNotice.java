package dev.elastigres.kubernetes.node;

import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.targets.ScaledPod;

/// What came about with a pod that its users should hear of.
public sealed interface PodNotice {
    /// The node has no room for now, and the pod waits.
    record Deferred(Resources to, String why) implements PodNotice {}

    /// The node never does that.
    record Infeasible(Resources to, String why) implements PodNotice {}

    /// A rule of the cluster did not let it through, or not all of it.
    record Rejected(Resources to, String why) implements PodNotice {}

    /// A shrink could not be, and the pod keeps what it has.
    record Refused(Resources stays, String why) implements PodNotice {}

    /// Page cache holds its memory limit up.
    record HeldByPageCache(Resources current, String why) implements PodNotice {}

    /// There is no connection to its Postgres, so no setting follows its memory.
    record NoConnection(String why) implements PodNotice {}

    /// It has lacked room for some time.
    record NodeFull(Resources current, Resources wanted, String why) implements PodNotice {}

    /// It was evicted, to begin anew on another node.
    record Evicted(String why) implements PodNotice {}

    /// It lacks room, and is not evicted for now.
    record NotEvicted(String why) implements PodNotice {}

    /// One readable clause.
    default String text() {
        return switch (this) {
            case Deferred(Resources to, String why) ->
                    "waits for room for %s: %s".formatted(to.text(), why);
            case Infeasible(Resources to, String why) ->
                    "cannot become %s on this node: %s".formatted(to.text(), why);
            case Rejected(Resources to, String why) ->
                    "may not become %s: %s".formatted(to.text(), why);
            case Refused(Resources stays, String why) ->
                    "keeps %s: %s".formatted(stays.text(), why);
            case HeldByPageCache(Resources current, String why) ->
                    "has %s, and page cache holds its memory limit up: %s"
                            .formatted(current.text(), why);
            case NoConnection(String why) ->
                    "its Postgres' settings do not follow its memory: " + why;
            case NodeFull(Resources current, Resources wanted, String why) ->
                    "has %s, should have %s, and the node has no room: %s"
                            .formatted(current.text(), wanted.text(), why);
            case Evicted(String why) -> "was evicted: " + why;
            case NotEvicted(String why) -> "is not evicted: " + why;
        };
    }

    /// Takes notices. It does not wait, and any thread may call it.
    @FunctionalInterface
    interface PodNoticeListener {
        void take(ScaledPod pod, PodNotice notice);
    }
}
