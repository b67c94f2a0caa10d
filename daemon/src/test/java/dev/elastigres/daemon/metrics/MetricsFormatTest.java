package dev.elastigres.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsFormatTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/openmetrics-text",
                "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5",
                "application/openmetrics-text; version=1.0.0; charset=utf-8, */*;q=0.1",
                "Application/OpenMetrics-Text;q=0.7, text/plain;q=0.7",
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;q=0.8,"
                        + "application/openmetrics-text;version=0.0.1;q=0.75,"
                        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            })
    void usesOpenMetricsWhenPreferred(String accept) {
        assertThat(MetricsFormat.negotiate(accept)).isEqualTo(MetricsFormat.OPEN_METRICS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*/*",
                "text/html, */*;q=0.8",
                "text/plain;version=0.0.4, application/openmetrics-text;q=0.9",
                "application/openmetrics-text;q=0",
                "application/openmetrics-text;version=2.0.0",
                "application/openmetrics-text;q=nonsense",
                ";;,,=,q=",
            })
    void usesPrometheusTextOtherwise(String accept) {
        assertThat(MetricsFormat.negotiate(accept)).isEqualTo(MetricsFormat.TEXT);
    }
}
