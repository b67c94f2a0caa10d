package dev.elastigres.bench;

import dev.elastigres.bench.measure.BenchRow;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.protocol.json.Json;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// A result row of the survival benchmark: one burst.
///
/// @param took duration of the burst; empty if it was killed
/// @param own duration with sufficient memory
/// @param grown growth from its requests
/// @param needed growth that would have been sufficient
record SurviveBenchRow(
        SamplingRule rule,
        BurstRate rate,
        Duration delay,
        Optional<Duration> took,
        Duration own,
        Bytes grown,
        Bytes needed)
        implements BenchRow {

    boolean killed() {
        return took.isEmpty();
    }

    /// Returns how much longer the burst took than with sufficient memory.
    private Optional<Duration> stall() {
        return took.map(time -> time.compareTo(own) > 0 ? time.minus(own) : Duration.ZERO);
    }

    @Override
    public String head() {
        return "%-10s %-9s %8s %8s %9s %9s %9s %10s"
                .formatted(
                        "rate MiB/s",
                        "rule",
                        "delay s",
                        "killed",
                        "stall ms",
                        "stall %",
                        "grown MiB",
                        "needed MiB");
    }

    @Override
    public String text() {
        return String.format(
                Locale.ROOT,
                "%-10s %-9s %8.1f %8s %9s %9s %9d %10d",
                rate.isUnlimited() ? "most" : rate.mebibytes(),
                rule.title(),
                delay.toMillis() / 1e3,
                killed() ? "yes" : "no",
                stall().map(it -> Long.toString(it.toMillis())).orElse("-"),
                stall().map(this::share).orElse("-"),
                grown.toMebibytes(),
                needed.toMebibytes());
    }

    private String share(Duration stall) {
        return String.format(Locale.ROOT, "%.1f", 100.0 * stall.toNanos() / own.toNanos());
    }

    @Override
    public String json() {
        return Json.write(
                json -> {
                    json.writeStartObject();
                    json.writeStringField("bench", "survive");
                    json.writeStringField("rule", rule.title());
                    json.writeNumberField("rate_mib_s", rate.mebibytes());
                    json.writeNumberField("delay_s", delay.toMillis() / 1e3);
                    json.writeBooleanField("killed", killed());
                    json.writeFieldName("stall_ms");
                    if (killed()) json.writeNull();
                    else json.writeNumber(stall().orElseThrow().toMillis());
                    json.writeNumberField("burst_ms", own.toMillis());
                    json.writeNumberField("grown_mib", grown.toMebibytes());
                    json.writeNumberField("needed_mib", needed.toMebibytes());
                    json.writeEndObject();
                });
    }
}
