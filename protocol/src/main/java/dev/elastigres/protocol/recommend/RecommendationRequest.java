package dev.elastigres.protocol.recommend;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.scaling.GoalRules;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.protocol.json.Json;

/// What size some metrics call for.
///
/// @param id whatever the asker put there, for the answer
public record RecommendationRequest(Json id, VmMetrics metrics, ComputeUnit unit, GoalRules rules) {

    /// Reads one line, such as
    ///
    /// `{"id":0,"compute_unit":{"cpu":0.25,"mem":1073741824},"config":{},"host":{},"windows":[]}`
    ///
    /// All but `host` and `windows` may be missing, and those may be null. `config` has the keys of
    /// Neon's autoscaler-agent and changes `rules`; members that are not known are for others.
    ///
    /// @throws QuestionException naming the member that is wrong
    public static RecommendationRequest read(String line, GoalRules rules)
            throws RecommendationRequestException {
        return new RecommendationRequestReader(rules).read(line);
    }

    public Goal goal() {
        return Goal.of(metrics, unit, rules);
    }

    /// `{"id":…,"goal":…,"complete":…,"parts":{"cpu":…,"mem":…,"lfc":…},"why":"…"}`, with null for
    /// a part that is not known.
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
