package dev.elastigres.bench.footprint;

import dev.elastigres.bench.measure.BenchRow;
import dev.elastigres.protocol.json.Json;
import java.time.Duration;
import java.util.Locale;

/// A result row of the footprint benchmark.
///
/// @param memory at the end
/// @param cpuPercent of one core, over the observed time
/// @param listen time from the start of the process until it is ready, as the median of some
///     starts
/// @param installed bytes on disk of program and runtime
record FootprintBenchRow(
        FootprintSubject what,
        FootprintState state,
        ProcessMemory memory,
        double cpuPercent,
        Duration listen,
        long installed)
        implements BenchRow {

    enum FootprintSubject {
        BARE_JVM("bare-jvm"),
        MONITOR("monitor"),
        NODE_EXPORTER("node-exporter");

        private final String title;

        FootprintSubject(String title) {
            this.title = title;
        }
    }

    enum FootprintState {
        /// Its metrics are not scraped.
        CALM,
        /// With everything that it serves connected, and scraped every five seconds.
        SERVED;

        private String title() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public String head() {
        return "%-14s %-7s %8s %8s %8s %8s %7s %10s %13s"
                .formatted(
                        "what",
                        "state",
                        "RSS MB",
                        "PSS MB",
                        "anon MB",
                        "threads",
                        "CPU %",
                        "listen ms",
                        "installed MB");
    }

    @Override
    public String text() {
        return String.format(
                Locale.ROOT,
                "%-14s %-7s %8.1f %8.1f %8.1f %8d %7.2f %10d %13.1f",
                what.title,
                state.title(),
                mebibytes(memory.resident()),
                mebibytes(memory.proportional()),
                mebibytes(memory.anonymous()),
                memory.threads(),
                hundredths(cpuPercent),
                listen.toMillis(),
                mebibytes(installed));
    }

    @Override
    public String json() {
        return Json.write(
                json -> {
                    json.writeStartObject();
                    json.writeStringField("bench", "footprint");
                    json.writeStringField("what", what.title);
                    json.writeStringField("state", state.title());
                    json.writeNumberField("rss_mb", mebibytes(memory.resident()));
                    json.writeNumberField("pss_mb", mebibytes(memory.proportional()));
                    json.writeNumberField("anon_mb", mebibytes(memory.anonymous()));
                    json.writeNumberField("threads", memory.threads());
                    json.writeNumberField("cpu_percent", hundredths(cpuPercent));
                    json.writeNumberField("listen_ms", listen.toMillis());
                    json.writeNumberField("installed_mb", mebibytes(installed));
                    json.writeEndObject();
                });
    }

    private static double mebibytes(long bytes) {
        return Math.round(bytes * 10.0 / (1 << 20)) / 10.0;
    }

    private static double hundredths(double number) {
        return Math.round(number * 100) / 100.0;
    }
}
