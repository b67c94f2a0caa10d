package dev.elastigres.protocol.recommend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.scaling.GoalComponent;
import dev.elastigres.core.scaling.GoalRules;
import dev.elastigres.protocol.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Compares goals with those that deployed agents computed.
class GoldenGoalsTest {
    private static final int KNOWN = 150;

    @Test
    void agreesOnEveryGoal() throws Exception {
        List<String> lines = lines();
        assertThat(lines).hasSize(KNOWN);
        for (String line : lines) {
            Goal goal = RecommendationRequest.read(line, GoalRules.NEON).goal();
            var expected = ((Json.Obj) Json.parse(line)).object("expect").orElseThrow();
            assertThat(goal.units()).as(line).isEqualTo(number(expected, "goal").intValue());
            assertThat(new Json.Bool(goal.complete()))
                    .as(line)
                    .isEqualTo(expected.get("complete").orElseThrow());
            assertPart(goal.cpu(), expected, "cpu", line);
            assertPart(goal.memory(), expected, "mem", line);
            assertPart(goal.cache(), expected, "lfc", line);
        }
    }

    @Test
    void explainsEachGoalInOneSentence() throws Exception {
        for (String line : lines()) {
            String why = RecommendationRequest.read(line, GoalRules.NEON).goal().text();
            assertThat(why).isNotBlank().hasLineCount(1).doesNotContain("null", "Optional", "[");
        }
    }

    private static void assertPart(
            Optional<? extends GoalComponent> part, Json.Obj expected, String name, String line) {
        if (expected.get(name).orElseThrow() instanceof Json.Null) {
            assertThat(part).as(name + " in " + line).isEmpty();
            return;
        }
        assertThat(part.orElseThrow().units())
                .as(name + " in " + line)
                .isCloseTo(number(expected, name), within(1e-9));
    }

    private static Double number(Json.Obj object, String name) {
        return Double.valueOf(((Json.Num) object.get(name).orElseThrow()).text());
    }

    private static List<String> lines() throws IOException {
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(
                                Objects.requireNonNull(
                                        GoldenGoalsTest.class.getResourceAsStream(
                                                "goals-neon.jsonl")),
                                StandardCharsets.UTF_8))) {
            return lines.lines().toList();
        }
    }
}
