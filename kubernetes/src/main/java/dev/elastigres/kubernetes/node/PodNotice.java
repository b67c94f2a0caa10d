package dev.elastigres.kubernetes.node;

import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.targets.ScaledPod;

/// A notice about a pod for its users.
public sealed interface PodNotice {
    /// The node deferred the resize for lack of room.
    record Deferred(Resources to, String why) implements PodNotice {}

    /// The node can never perform the resize.
    record Infeasible(Resources to, String why) implements PodNotice {}

    /// A rule of the cluster rejected the resize, or a part of it.
    record Rejected(Resources to, String why) implements PodNotice {}

    /// A shrink was refused, and the pod keeps its size.
    record Refused(Resources stays, String why) implements PodNotice {}

    /// Page cache prevents a lower memory limit.
    record HeldByPageCache(Resources current, String why) implements PodNotice {}

    /// The agent has no connection to the pod's Postgres, so that no setting follows its memory.
    record NoConnection(String why) implements PodNotice {}

    /// The pod has lacked room on its node for some time.
    record NodeFull(Resources current, Resources wanted, String why) implements PodNotice {}

    /// The pod was evicted, to start on another node.
    record Evicted(String why) implements PodNotice {}

    /// The pod lacks room and is not evicted for now.
    record NotEvicted(String why) implements PodNotice {}

    /// Returns the notice as one readable clause.
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
                    "has %s, and page cache prevents a lower memory limit: %s"
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

    /// Receives notices. Implementations are thread-safe and do not block.
    @FunctionalInterface
    interface PodNoticeListener {
        void take(ScaledPod pod, PodNotice notice);
    }
}
