package dev.elastigres.protocol.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// Fuzzes metrics pages, as an arbitrary exporter or guest may write them.
class MetricsFuzzTest {

    @FuzzTest(maxDuration = "10s")
    void anyPageIsReadOrRefused(byte[] bytes) {
        String page = new String(bytes, UTF_8);
        try {
            HostPage host = VmPages.host(page);
            assertThat(host.metrics().load1()).isNotNegative();
        } catch (MetricsException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
        try {
            VmPages.windows(page).ifPresent(it -> assertThat(it.pages()).isNotEmpty());
        } catch (MetricsException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
