package dev.elastigres.core.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulerRulesTest {
    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 0.49, 100.5, Double.NaN, Double.POSITIVE_INFINITY})
    void overcommitFactorsHaveBounds(double factor) {
        assertThatThrownBy(() -> new OvercommitFactors(factor, 1))
                .hasMessageContaining("factor of CPUs must be between 0.5 and 100");
        assertThatThrownBy(() -> new OvercommitFactors(1, factor))
                .hasMessageContaining("factor of memory must be between");
    }

    @Test
    void whatIsBookedIsRoundedDownToThousandthsAndBytes() {
        var factors = new OvercommitFactors(3, 3);
        assertThat(factors.booked(new Resources(1, Bytes.of(10))))
                .isEqualTo(new Resources(0.333, Bytes.of(3)));
        assertThat(OvercommitFactors.NONE.booked(new Resources(1.5, Bytes.of(10))))
                .isEqualTo(new Resources(1.5, Bytes.of(10)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, 1.01, Double.NaN})
    void theWatermarkIsAFraction(double watermark) {
        assertThatThrownBy(() -> RebalanceRules.DEFAULT.withWatermark(watermark))
                .hasMessageContaining("the watermark must be above 0 and at most 1");
    }

    @Test
    void theBackoffDoublesUpToItsMaximum() {
        RebalanceRules rules = RebalanceRules.DEFAULT;
        assertThat(rules.backoff(1)).isEqualTo(Duration.ofMinutes(1));
        assertThat(rules.backoff(3)).isEqualTo(Duration.ofMinutes(4));
        assertThat(rules.backoff(1_000_000)).isEqualTo(Duration.ofHours(1));
    }
}
