package dev.elastigres.kubernetes.node;

import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.targets.ScaledPod;
import java.util.Collection;

/// What a node has to hand out to its pods.
public final class NodeBudget {
    private NodeBudget() {}

    /// In steps of the smallest unit that a pod has, so that what is left is never too small for
    /// one; the same part is kept for urgent asks as is set for a host.
    ///
    /// @param room of the node, for all pods that are scaled
    public static BudgetRules of(BudgetRules set, Resources room, Collection<ScaledPod> pods) {
        Resources step =
                pods.stream()
                        .map(it -> it.unit().times(1))
                        .reduce(Resources::min)
                        .orElse(set.step());
        return new BudgetRules(room, headroom(set, room), step, set.wishCounts());
    }

    private static Resources headroom(BudgetRules set, Resources room) {
        Resources all = set.capacity();
        Resources kept = set.headroom();
        double ofCpus = all.vcpus() == 0 ? 0 : kept.vcpus() / all.vcpus();
        double ofMemory =
                all.memory().value() == 0
                        ? 0
                        : (double) kept.memory().value() / all.memory().value();
        return new Resources(room.vcpus() * ofCpus, room.memory().times(ofMemory))
                .inThousandths()
                .min(room);
    }
}
