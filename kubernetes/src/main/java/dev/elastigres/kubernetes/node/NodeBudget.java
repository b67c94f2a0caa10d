package dev.elastigres.kubernetes.node;

import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.targets.ScaledPod;
import java.util.Collection;

/// Computes the budget of a node for its pods.
public final class NodeBudget {
    private NodeBudget() {}

    /// Returns the budget rules of the node. The step is the smallest compute unit of the pods, so
    /// that a remainder is never too small for a pod. The headroom for urgent requests and the
    /// limit of growth are the same fractions of the room as the configured ones are of the
    /// configured capacity.
    ///
    /// @param set the configured rules
    /// @param room resources of the node for all scaled pods
    public static BudgetRules of(BudgetRules set, Resources room, Collection<ScaledPod> pods) {
        Resources step =
                pods.stream()
                        .map(it -> it.unit().times(1))
                        .reduce(Resources::min)
                        .orElse(set.step());
        return new BudgetRules(
                room,
                sameFraction(set.headroom(), set, room),
                step,
                set.wishCounts(),
                sameFraction(set.growth(), set, room));
    }

    /// Returns the fraction of `room` that `part` is of the configured capacity.
    private static Resources sameFraction(Resources part, BudgetRules set, Resources room) {
        Resources all = set.capacity();
        double ofCpus = all.vcpus() == 0 ? 0 : part.vcpus() / all.vcpus();
        double ofMemory =
                all.memory().value() == 0
                        ? 0
                        : (double) part.memory().value() / all.memory().value();
        return new Resources(room.vcpus() * ofCpus, room.memory().times(ofMemory))
                .inThousandths()
                .min(room);
    }
}
