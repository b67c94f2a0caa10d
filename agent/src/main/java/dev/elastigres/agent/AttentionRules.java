package dev.elastigres.agent;

import dev.elastigres.agent.AgentStatus.UnscaledVm;
import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.agent.Obstacle;
import dev.elastigres.core.agent.SizeExplanation;
import dev.elastigres.core.agent.SizeReason;
import dev.elastigres.page.Attention;

/// Determines how much a VM needs the operator's attention.
final class AttentionRules {
    private AttentionRules() {}

    static Attention of(VmStatus vm) {
        return vm.problems().isEmpty() ? of(vm.state().why()) : Attention.PROBLEM;
    }

    static Attention of(UnscaledVm vm) {
        return vm.state().equals(UnscaledVm.UNSEEN) && vm.problems().isEmpty()
                ? Attention.CHANGING
                : Attention.PROBLEM;
    }

    /// A VM at its maximum has the size that it should have, and its demand calls for more.
    private static Attention of(SizeExplanation why) {
        boolean atMaximum = why.reason() instanceof SizeReason.AtLimit limit && limit.atMaximum();
        return switch (why.obstacle()) {
            case Obstacle.None() -> atMaximum ? Attention.BLOCKED : Attention.SETTLED;
            case Obstacle.ResizeFailed _, Obstacle.MonitorFailing _ -> Attention.PROBLEM;
            case Obstacle.NotPermitted _, Obstacle.NoMonitor() -> Attention.BLOCKED;
            case Obstacle.Migrating(),
                    Obstacle.Recommended _,
                    Obstacle.AwaitingPermit _,
                    Obstacle.ResizeInProgress _,
                    Obstacle.HeldByPageCache _,
                    Obstacle.AwaitingMonitor _,
                    Obstacle.CoolingDown _ ->
                    Attention.CHANGING;
        };
    }
}
