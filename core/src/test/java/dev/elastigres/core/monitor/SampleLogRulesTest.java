package dev.elastigres.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleLogRulesTest {

    @ParameterizedTest
    @CsvSource({
        // logged MiB, usage MiB, seconds since, due
        "800, 800, 2, false",
        "800, 900, 2, false",
        "800, 700, 2, false",
        "800, 901, 2, true",
        "800, 699, 2, true",
        "8000, 8128, 2, false",
        "8000, 8129, 2, true",
        "800, 800, 14, false",
        "800, 800, 15, true",
        "0, 1, 2, true"
    })
    void isDueAfterAChangeOrASilence(long logged, long usage, int seconds, boolean due) {
        assertThat(
                        SampleLogRules.DEFAULT.isDue(
                                Bytes.ofMebibytes(logged),
                                Bytes.ofMebibytes(usage),
                                Duration.ofSeconds(seconds)))
                .isEqualTo(due);
    }
}
