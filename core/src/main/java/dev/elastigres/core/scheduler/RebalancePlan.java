package dev.elastigres.core.scheduler;

import java.util.List;

/// Result of one run of the rebalancer.
///
/// @param moves the moves to start now, at most one for each node
/// @param blocked the nodes that need a move for which none can start, with the reason
public record RebalancePlan(List<PlannedMove> moves, List<BlockedNode> blocked) {
    public RebalancePlan {
        moves = List.copyOf(moves);
        blocked = List.copyOf(blocked);
    }

    /// A node that needs a move for which none can start.
    ///
    /// @param node its name
    /// @param need why a move is needed, one clause with the amounts
    /// @param reasons why none can start: one clause for the node or one for each VM, at most
    ///     [#MAX_REASONS]
    public record BlockedNode(String node, String need, List<String> reasons) {
        public static final int MAX_REASONS = 10;

        public BlockedNode {
            reasons = reasons.stream().limit(MAX_REASONS).toList();
        }
    }
}
