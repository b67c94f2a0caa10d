package dev.elastigres.protocol.recommend;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.scaling.GoalRules;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.protocol.json.Json;

/// Request for the goal that given metrics call for.
///
/// @param id id chosen by the client, repeated in the answer
public record RecommendationRequest(Json id, VmMetrics metrics, ComputeUnit unit, GoalRules rules) {

    /// Parses one line, such as
    ///
    /// `{"id":0,"compute_unit":{"cpu":0.25,"mem":1073741824},"config":{},"host":{},"windows":[]}`
    ///
    /// All members except `host` and `windows` are optional, and those two may be null. `config`
    /// has the keys of Neon's autoscaler-agent and overrides `rules`. Unknown members are ignored.
    ///
    /// @throws RecommendationRequestException naming the invalid member
    public static RecommendationRequest read(String line, GoalRules rules)
            throws RecommendationRequestException {
        return new RecommendationRequestReader(rules).read(line);
    }

    public Goal goal() {
        return Goal.of(metrics, unit, rules);
    }

    /// Returns the answer
    /// `{"id":…,"goal":…,"complete":…,"parts":{"cpu":…,"mem":…,"lfc":…},"why":"…"}`, with null for
    /// a component that is unknown.
    public Json.Obj answer() {
        Goal goal = goal();
        return Json.object()
                .with("id", id)
                .with("goal", goal.units())
                .with("complete", goal.complete())
                .with("parts", GoalComponentNames.of(goal))
                .with("why", goal.text());
    }
}
