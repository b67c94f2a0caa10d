package dev.elastigres.agent.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PollingConfigTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void aWaitIsUpToATenthLonger() {
        for (int i = 0; i < 1000; i++)
            assertThat(PollingConfig.spread(SECOND)).isBetween(SECOND, Duration.ofMillis(1100));
    }

    @Test
    void rejectsContradictoryIntervals() {
        assertThatThrownBy(() -> pace(SECOND, Duration.ofSeconds(30)))
                .hasMessageContaining("is not below their interval");
        assertThatThrownBy(() -> pace(Duration.ofMillis(500), Duration.ofSeconds(5)))
                .hasMessage("the health check interval is not below the monitor's timeout");
    }

    private static PollingConfig pace(Duration hostTimeout, Duration healthTimeout) {
        PollingConfig usual = PollingConfig.DEFAULT;
        return new PollingConfig(
                usual.discoveryInterval(),
                usual.sizeInterval(),
                SECOND,
                hostTimeout,
                usual.cacheEvery(),
                usual.cacheTimeout(),
                usual.healthEvery(),
                healthTimeout,
                usual.connectTimeout(),
                usual.reconnectInterval(),
                usual.restartFirst(),
                usual.restartMax());
    }
}
