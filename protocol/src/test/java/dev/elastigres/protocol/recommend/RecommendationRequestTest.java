package dev.elastigres.protocol.recommend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.core.scaling.GoalRules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecommendationRequestTest {
    private static final String HOST =
            "{\"load1\":3.6,\"load5\":3.6,\"memory_total_bytes\":1073741824,"
                    + "\"memory_available_bytes\":805306368,\"memory_cached_bytes\":0";

    @Test
    void answersWithTheGoalItsPartsAndTheReason() throws Exception {
        var question =
                RecommendationRequest.read("{\"id\":\"a\",\"host\":" + HOST + "}}", GoalRules.NEON);
        assertThat(question.answer().compact())
                .isEqualTo(
                        "{\"id\":\"a\",\"goal\":16,\"complete\":true,"
                                + "\"parts\":{\"cpu\":16.0,\"mem\":0.4635416669771075,\"lfc\":null},"
                                + "\"why\":\"16 units for cpu 16.00 (load 3.60, 0.90 a CPU), above"
                                + " memory 0.46 (356MiB used, 75 % of all)\"}");
    }

    @Test
    void realDemandCountsMoreThanTasksThatWaitForTheDisk() throws Exception {
        String line = "{\"host\":" + HOST + ",\"cpu_busy\":0.4,\"cpu_pressure\":0.0}}";
        assertThat(RecommendationRequest.read(line, GoalRules.ELASTIGRES).goal().units())
                .isEqualTo(2);
        assertThat(RecommendationRequest.read(line, GoalRules.NEON).goal().units()).isEqualTo(16);
    }

    @Test
    void pressureAddsToCpuDemand() throws Exception {
        String line = "{\"host\":" + HOST + ",\"cpu_busy\":1.0,\"cpu_pressure\":0.5}}";
        assertThat(RecommendationRequest.read(line, GoalRules.ELASTIGRES).goal().units())
                .isEqualTo(10);
    }

    @Test
    void acceptsRequestWithoutFigures() throws Exception {
        var question =
                RecommendationRequest.read("{\"host\":null,\"windows\":null}", GoalRules.NEON);
        assertThat(question.goal().complete()).isFalse();
        assertThat(question.goal().text()).isEqualTo("no goal: nothing is known of its load");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "nonsense|is not JSON",
                "[]|is not a JSON object",
                "{}|has neither `host` nor `windows`",
                "{\"host\":3}|`host` is not an object",
                "{\"host\":{}}|`load1` is missing",
                "{\"windows\":[\"a\"]}|`windows` has what is not a number",
                "{\"windows\":3}|`windows` is not a list",
                "{\"windows\":[-1]}|not a number of pages: -1",
                "{\"windows\":[1],\"config\":{\"lfcToMemoryRato\":1}}|unknown key: lfcToMemoryRato",
                "{\"windows\":[1],\"config\":{\"enableLFCMetrics\":1}}|is not true or false",
                "{\"windows\":[1],\"config\":{\"loadAverageFractionTarget\":0}}|must be above 0",
                "{\"windows\":[1],\"compute_unit\":{\"cpu\":0,\"mem\":1}}|must be at least 0.001: 0.0",
                "{\"windows\":[1],\"compute_unit\":{\"cpu\":1,\"mem\":0.5}}|not a number of bytes",
                "{\"windows\":[1],\"config\":{\"enableLFCMetrics\":true,\"lfcWindowSizeMinutes\":9}}"
                        + "|the wait before a downscale",
                "{\"windows\":[1],\"config\":{\"enableLFCMetrics\":true,"
                        + "\"lfcWindowSizeMinutes\":2.5}}|not a number of minutes"
            })
    void namesInvalidFieldOfRequest(String line, String why) {
        assertThatThrownBy(() -> RecommendationRequest.read(line, GoalRules.NEON))
                .isInstanceOf(RecommendationRequestException.class)
                .hasMessageContaining(why);
    }
}
