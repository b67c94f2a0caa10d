package dev.elastigres.bench;

import dev.elastigres.bench.measure.BenchRow;
import dev.elastigres.protocol.json.Json;
import java.util.Locale;

/// A result row of the protocol benchmark.
///
/// @param what was measured, in snake_case
/// @param postgres state of Postgres meanwhile: `none`, `idle` or `hung`
/// @param load1 the machine's one-minute load average when the row was finished; negative if
///     unknown
record ProtocolBenchRow(String what, String postgres, LatencySamples samples, double load1)
        implements BenchRow {

    @Override
    public String head() {
        return "%-14s %-8s %6s %10s %10s %10s %10s %6s"
                .formatted(
                        "what", "postgres", "n", "p50 us", "p99 us", "p99.9 us", "max us", "load1");
    }

    @Override
    public String text() {
        return String.format(
                Locale.ROOT,
                "%-14s %-8s %6d %10.1f %10.1f %10.1f %10.1f %6.2f",
                what,
                postgres,
                samples.size(),
                micros(samples.percentile(50)),
                micros(samples.percentile(99)),
                micros(samples.percentile(99.9)),
                micros(samples.max()),
                load1);
    }

    @Override
    public String json() {
        return Json.write(
                json -> {
                    json.writeStartObject();
                    json.writeStringField("bench", "protocol");
                    json.writeStringField("what", what);
                    json.writeStringField("postgres", postgres);
                    json.writeNumberField("n", samples.size());
                    json.writeNumberField("p50_us", micros(samples.percentile(50)));
                    json.writeNumberField("p99_us", micros(samples.percentile(99)));
                    json.writeNumberField("p999_us", micros(samples.percentile(99.9)));
                    json.writeNumberField("max_us", micros(samples.max()));
                    json.writeNumberField("load1", RoundedNumbers.hundredths(load1));
                    json.writeNumberField("cores", Runtime.getRuntime().availableProcessors());
                    json.writeEndObject();
                });
    }

    private static double micros(long nanos) {
        return RoundedNumbers.tenths(nanos / 1e3);
    }
}
