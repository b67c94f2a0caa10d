package dev.elastigres.protocol.recommend;

import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.scaling.GoalComponent;
import dev.elastigres.protocol.json.Json;
import java.util.Optional;

/// Components of a goal under the names that Neon's tools use.
public final class GoalComponentNames {
    private GoalComponentNames() {}

    public static Json.Obj of(Goal goal) {
        return Json.object()
                .with("cpu", units(goal.cpu()))
                .with("mem", units(goal.memory()))
                .with("lfc", units(goal.cache()));
    }

    private static Json units(Optional<? extends GoalComponent> part) {
        return part.<Json>map(it -> new Json.Num(Double.toString(it.units())))
                .orElseGet(Json.Null::new);
    }
}
