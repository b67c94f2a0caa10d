package dev.elastigres.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class MetricsWriterTest {

    private static String page(MetricsFormat format, Consumer<MetricsWriter> content) {
        var writer = new MetricsWriter(format);
        content.accept(writer);
        return writer.finish();
    }

    private static void everyType(MetricsWriter page) {
        page.info("app_build_info", "The version").sample(1, "version", "1.2");
        page.gauge("app_memory_bytes", "Memory").sample(1536).sample(0.5, "kind", "half");
        new Counters("app_calls_total", "Calls", "kind").show("a").write(page);
        var times = new Histogram(new double[] {0.1, 1}, "kind", "a");
        times.observe(Duration.ofMillis(100));
        times.observe(Duration.ofMillis(101));
        times.observe(Duration.ofSeconds(3));
        page.histogram("app_call_seconds", "Times");
        times.write(page);
    }

    @Test
    void groupsSamplesOfSeveralLabelsIntoOneFamily() {
        Consumer<MetricsWriter> content =
                page -> {
                    var times = new Histogram(new double[] {1}, "kind", "a");
                    for (String who : new String[] {"x", "y\""}) {
                        page.about("who", who);
                        page.gauge("app_memory_bytes", "Memory")
                                .sample(1)
                                .sample(2, "kind", "half");
                        page.histogram("app_call_seconds", "Times");
                        times.write(page);
                    }
                    page.about().gauge("app_ready", "Whether it is").sample(1);
                };
        assertThat(page(MetricsFormat.TEXT, content))
                .isEqualTo(
                        """
                        # HELP app_memory_bytes Memory
                        # TYPE app_memory_bytes gauge
                        app_memory_bytes{who="x"} 1
                        app_memory_bytes{who="x",kind="half"} 2
                        app_memory_bytes{who="y\\""} 1
                        app_memory_bytes{who="y\\"",kind="half"} 2
                        # HELP app_call_seconds Times
                        # TYPE app_call_seconds histogram
                        app_call_seconds_bucket{who="x",kind="a",le="1.0"} 0
                        app_call_seconds_bucket{who="x",kind="a",le="+Inf"} 0
                        app_call_seconds_sum{who="x",kind="a"} 0
                        app_call_seconds_count{who="x",kind="a"} 0
                        app_call_seconds_bucket{who="y\\"",kind="a",le="1.0"} 0
                        app_call_seconds_bucket{who="y\\"",kind="a",le="+Inf"} 0
                        app_call_seconds_sum{who="y\\"",kind="a"} 0
                        app_call_seconds_count{who="y\\"",kind="a"} 0
                        # HELP app_ready Whether it is
                        # TYPE app_ready gauge
                        app_ready 1
                        """);
    }

    @Test
    void prometheusText() {
        assertThat(page(MetricsFormat.TEXT, MetricsWriterTest::everyType))
                .isEqualTo(
                        """
                        # HELP app_build_info The version
                        # TYPE app_build_info gauge
                        app_build_info{version="1.2"} 1
                        # HELP app_memory_bytes Memory
                        # TYPE app_memory_bytes gauge
                        app_memory_bytes 1536
                        app_memory_bytes{kind="half"} 0.5
                        # HELP app_calls_total Calls
                        # TYPE app_calls_total counter
                        app_calls_total{kind="a"} 0
                        # HELP app_call_seconds Times
                        # TYPE app_call_seconds histogram
                        app_call_seconds_bucket{kind="a",le="0.1"} 1
                        app_call_seconds_bucket{kind="a",le="1.0"} 2
                        app_call_seconds_bucket{kind="a",le="+Inf"} 3
                        app_call_seconds_sum{kind="a"} 3.201
                        app_call_seconds_count{kind="a"} 3
                        """);
    }

    @Test
    void openMetrics() {
        assertThat(page(MetricsFormat.OPEN_METRICS, MetricsWriterTest::everyType))
                .isEqualTo(
                        """
                        # HELP app_build The version
                        # TYPE app_build info
                        app_build_info{version="1.2"} 1
                        # HELP app_memory_bytes Memory
                        # TYPE app_memory_bytes gauge
                        # UNIT app_memory_bytes bytes
                        app_memory_bytes 1536
                        app_memory_bytes{kind="half"} 0.5
                        # HELP app_calls Calls
                        # TYPE app_calls counter
                        app_calls_total{kind="a"} 0
                        # HELP app_call_seconds Times
                        # TYPE app_call_seconds histogram
                        # UNIT app_call_seconds seconds
                        app_call_seconds_bucket{kind="a",le="0.1"} 1
                        app_call_seconds_bucket{kind="a",le="1.0"} 2
                        app_call_seconds_bucket{kind="a",le="+Inf"} 3
                        app_call_seconds_sum{kind="a"} 3.201
                        app_call_seconds_count{kind="a"} 3
                        # EOF
                        """);
    }

    @Test
    void aFamilyWithoutSamplesLeavesNoTrace() {
        assertThat(page(MetricsFormat.TEXT, it -> it.gauge("app_nothing", "Nothing"))).isEmpty();
        assertThat(page(MetricsFormat.OPEN_METRICS, it -> it.gauge("app_nothing", "Nothing")))
                .isEqualTo("# EOF\n");
    }

    @Test
    void labelsCannotBreakOut() {
        assertThat(
                        page(
                                MetricsFormat.TEXT,
                                it -> it.gauge("a", "A").sample(1, "l", "\"} 2\nb{c=\"\\")))
                .endsWith("\na{l=\"\\\"} 2\\nb{c=\\\"\\\\\"} 1\n");
    }

    @Test
    void everyNumberCanBeWritten() {
        assertThat(
                        page(
                                MetricsFormat.TEXT,
                                it ->
                                        it.gauge("a", "A")
                                                .sample(1L << 40)
                                                .sample(-1.25)
                                                .sample(1e300)
                                                .sample(Double.NaN)
                                                .sample(Double.POSITIVE_INFINITY)
                                                .sample(Double.NEGATIVE_INFINITY)))
                .endsWith("\na 1099511627776\na -1.25\na 1.0E300\na NaN\na +Inf\na -Inf\n");
    }

    @Test
    void aNameThatDoesNotFitItsTypeIsABug() {
        var writer = new MetricsWriter(MetricsFormat.TEXT);
        assertThatThrownBy(() -> writer.counter("app_calls", "Calls"))
                .hasMessage("app_calls must end in _total");
        assertThatThrownBy(() -> new Counters("a_total", "A", "kind").count("b", "c"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
