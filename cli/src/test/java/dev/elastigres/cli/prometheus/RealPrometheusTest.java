package dev.elastigres.cli.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/// The command against Debian's Prometheus with four days of metrics, named as by cAdvisor,
/// kube-state-metrics and node exporter.
@ExtendWith(PrometheusCondition.class)
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class RealPrometheusTest {
    private static final long SCRAPE = 30;

    /// More points than Prometheus returns at once.
    private static final long LENGTH = 4L * 86_400;

    private static final long GIB = 1L << 30;
    private static final String POD = "namespace=\"shop\",pod=\"db-0\"";

    /// Prometheus was down for two hours of the second day.
    private static final long GAP = 86_400L + 3600;

    private static final long GAP_LENGTH = 7200;

    /// The container was replaced at the begin of the third day.
    private static final long REPLACED = 2L * 86_400;

    private final StringBuilder metrics = new StringBuilder();
    private final long end = Instant.now().getEpochSecond() / SCRAPE * SCRAPE;
    private final long start = end - LENGTH;

    @TempDir private Path folder;

    @Test
    void replaysPodsAndHosts() throws Exception {
        pod();
        host();
        try (var prometheus = BackfilledPrometheus.start(folder, metrics + "# EOF\n")) {
            podCostsWhatItUsed(prometheus.url());
            oneContainerIsSelected(prometheus.url());
            hostCostsWhatItUsed(prometheus.url());
            errorsOfPromQlAreQuoted(prometheus.url());
        }
    }

    /// Postgres uses 0.4 CPUs and 2 of 8 GiB, and 1.9 of 2 CPUs in the last hour of each day.
    private void podCostsWhatItUsed(String url) {
        CommandResult run =
                CommandResult.simulate(
                        "--prometheus", url, "--pod", "shop/db-0", "--since", "4d", "--json");
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        String summary = run.out().lines().toList().getLast();
        assertThat(summary)
                .contains(
                        "\"current_cpus\":2.1",
                        "\"current_memory_bytes\":" + (8 * GIB + GIB / 2),
                        "\"near_cpu_limit_share\":0.0",
                        "\"near_memory_limit_share\":0.0");
        assertThat(number(summary, "missing_seconds")).isBetween(6000.0, 7200.0);
        assertThat(number(summary, "seconds") + number(summary, "missing_seconds"))
                .isBetween(LENGTH - 300.0, LENGTH + 1.0);
        // 95 hours and an hour of it in eight units; without the gap nearly 94.
        String clairvoyant =
                run.out()
                        .lines()
                        .filter(it -> it.contains("clairvoyant"))
                        .findFirst()
                        .orElseThrow();
        assertThat(number(clairvoyant, "cost_cu_hours")).isBetween(90 * 3.0, 90 * 3.0 + 4 * 9.0);
    }

    private static void oneContainerIsSelected(String url) {
        CommandResult run =
                CommandResult.simulate(
                        "--prometheus",
                        url,
                        "--pod",
                        "shop/db-0",
                        "--container",
                        "postgres",
                        "--since",
                        "1d",
                        "--json");
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains(
                        "\"trace\":\"pod shop/db-0, container postgres\"",
                        "\"current_cpus\":2.0",
                        "\"current_memory_bytes\":" + 8 * GIB);
    }

    private static void hostCostsWhatItUsed(String url) {
        CommandResult run =
                CommandResult.simulate(
                        "--prometheus", url, "--node", "db1:9100", "--since", "6h", "--json");
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines().toList().getLast())
                .contains(
                        "\"current_cpus\":2.0",
                        "\"current_memory_bytes\":" + 16 * GIB,
                        "\"near_cpu_limit_share\":0.0");
    }

    private static void errorsOfPromQlAreQuoted(String url) {
        CommandResult run =
                CommandResult.simulate(
                        "--prometheus", url, "--query", "cpu=sum(", "--query", "memory=up");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .contains("refuses the query for CPU: ", "parse error")
                .hasLineCount(1);
    }

    private void pod() {
        String postgres = POD + ",container=\"postgres\",id=\"%s\"";
        String sidecar = POD + ",container=\"exporter\",id=\"c\"";
        String pause = POD + ",container=\"POD\",id=\"p\"";
        String whole = POD + ",container=\"\",id=\"w\"";
        family("container_cpu_usage_seconds", "counter");
        counter("container_cpu_usage_seconds_total", postgres.formatted("a"), 0, REPLACED);
        // A new container counts from zero, and Prometheus still sees the old one for five minutes.
        counter("container_cpu_usage_seconds_total", postgres.formatted("b"), REPLACED, LENGTH);
        series("container_cpu_usage_seconds_total", sidecar, 0, LENGTH, t -> t * 0.001);
        series("container_cpu_usage_seconds_total", pause, 0, LENGTH, t -> t);
        series("container_cpu_usage_seconds_total", whole, 0, LENGTH, t -> t);
        memory("container_memory_working_set_bytes", postgres, 2.25 * GIB);
        // Shared buffers are mapped, not anonymous.
        memory("container_memory_rss", postgres, 0.5 * GIB);
        memory("container_memory_mapped_file", postgres, 1.5 * GIB);
        constant("container_spec_cpu_quota", postgres.formatted("b"), 200_000);
        series("container_spec_cpu_quota", sidecar, 0, LENGTH, _ -> 10_000);
        constant("container_spec_cpu_period", postgres.formatted("b"), 100_000);
        series("container_spec_cpu_period", sidecar, 0, LENGTH, _ -> 100_000);
        family("kube_pod_container_resource_limits", "gauge");
        for (String each : new String[] {"postgres", "exporter"})
            series(
                    "kube_pod_container_resource_limits",
                    POD + ",container=\"" + each + "\",resource=\"memory\"",
                    0,
                    LENGTH,
                    _ -> each.equals("postgres") ? 8 * GIB : GIB / 2);
    }

    private void memory(String name, String labels, double value) {
        family(name, "gauge");
        series(name, labels.formatted("a"), 0, REPLACED, _ -> value);
        series(name, labels.formatted("b"), REPLACED, LENGTH, _ -> value);
    }

    private void constant(String name, String labels, double value) {
        family(name, "gauge");
        series(name, labels, REPLACED, LENGTH, _ -> value);
    }

    private void counter(String name, String labels, long from, long to) {
        series(name, labels, from, to, t -> used(t) - used(from));
    }

    /// Returns the CPU-seconds of the first `second` seconds.
    private static double used(long second) {
        long days = second / 86_400;
        long today = second % 86_400;
        long busy = days * 3600 + Math.max(0, today - 82_800);
        return 0.4 * (second - busy) + 1.9 * busy;
    }

    private void host() {
        String instance = "instance=\"db1:9100\"";
        family("node_cpu_seconds", "counter");
        for (int cpu = 0; cpu < 2; cpu++)
            for (String mode : new String[] {"idle", "user", "system", "iowait"})
                series(
                        "node_cpu_seconds_total",
                        instance + ",cpu=\"" + cpu + "\",mode=\"" + mode + "\"",
                        LENGTH - 86_400,
                        LENGTH,
                        t -> t * (mode.equals("user") ? 0.3 : 0.1));
        for (String name : new String[] {"MemTotal", "MemAvailable", "Active_file"}) {
            family("node_memory_" + name + "_bytes", "gauge");
            series(
                    "node_memory_" + name + "_bytes",
                    instance,
                    LENGTH - 86_400,
                    LENGTH,
                    _ -> name.equals("MemTotal") ? 16 * GIB : 12 * GIB);
        }
    }

    private void family(String name, String type) {
        metrics.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void series(
            String name, String labels, long from, long to, LongFunction<Number> value) {
        for (long t = from; t < to; t += SCRAPE) {
            if (t >= GAP && t < GAP + GAP_LENGTH) continue;
            metrics.append(name)
                    .append('{')
                    .append(labels)
                    .append("} ")
                    .append(value.apply(t).doubleValue())
                    .append(' ')
                    .append(start + t)
                    .append('\n');
        }
    }

    private static double number(String json, String key) {
        String rest = json.substring(json.indexOf('"' + key + "\":") + key.length() + 3);
        return Double.parseDouble(rest.split("[,}]", 2)[0]);
    }
}
