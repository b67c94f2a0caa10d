package dev.elastigres.bench;

import dev.elastigres.bench.measure.BenchRow;
import dev.elastigres.protocol.json.Json;
import java.time.Duration;
import java.util.Locale;

/// A result row of the reaction benchmark.
sealed interface ReactionBenchRow extends BenchRow {

    /// Time from crossing the threshold to the request.
    ///
    /// @param reached allocation rate of the bursts in MiB/s, as the median
    /// @param missed number of bursts without a request
    record Reaction(
            SamplingRule rule, BurstRate rate, double reached, LatencySamples reactions, int missed)
            implements ReactionBenchRow {
        @Override
        public String head() {
            return "%-10s %-9s %8s %5s %7s %10s %10s"
                    .formatted("rate MiB/s", "rule", "reached", "n", "missed", "p50 ms", "p99 ms");
        }

        @Override
        public String text() {
            return String.format(
                    Locale.ROOT,
                    "%-10s %-9s %8.0f %5d %7d %10s %10s",
                    rate.isUnlimited() ? "step" : rate.mebibytes(),
                    rule.title(),
                    reached,
                    reactions.size(),
                    missed,
                    percentile(50),
                    percentile(99));
        }

        private String percentile(double percent) {
            if (reactions.size() == 0) return "-";
            return String.format(
                    Locale.ROOT, "%.1f", LatencySamples.millis(reactions.percentile(percent)));
        }

        @Override
        public String json() {
            return Json.write(
                    json -> {
                        json.writeStartObject();
                        json.writeStringField("bench", "reaction");
                        json.writeStringField("rule", rule.title());
                        json.writeNumberField("rate_mib_s", rate.mebibytes());
                        json.writeNumberField("reached_mib_s", RoundedNumbers.tenths(reached));
                        json.writeNumberField("n", reactions.size());
                        json.writeNumberField("missed", missed);
                        if (reactions.size() > 0) {
                            json.writeNumberField(
                                    "p50_ms", LatencySamples.millis(reactions.percentile(50)));
                            json.writeNumberField(
                                    "p99_ms", LatencySamples.millis(reactions.percentile(99)));
                        }
                        json.writeEndObject();
                    });
        }
    }

    /// Requests during a load that never comes near the threshold.
    record Alarms(SamplingRule rule, Duration time, int requests) implements ReactionBenchRow {
        double perHour() {
            return requests * 3600.0 / (time.toNanos() / 1e9);
        }

        @Override
        public String head() {
            return "%n%-9s %8s %13s %9s".formatted("rule", "seconds", "false alarms", "an hour");
        }

        @Override
        public String text() {
            return String.format(
                    Locale.ROOT,
                    "%-9s %8d %13d %9.1f",
                    rule.title(),
                    time.toSeconds(),
                    requests,
                    perHour());
        }

        @Override
        public String json() {
            return Json.write(
                    json -> {
                        json.writeStartObject();
                        json.writeStringField("bench", "reaction_false_alarms");
                        json.writeStringField("rule", rule.title());
                        json.writeNumberField("seconds", time.toSeconds());
                        json.writeNumberField("requests", requests);
                        json.writeNumberField("per_hour", RoundedNumbers.tenths(perHour()));
                        json.writeEndObject();
                    });
        }
    }

    /// CPU time of a monitor.
    ///
    /// @param load `calm`, `noise` or `bursts`
    record Cpu(SamplingRule rule, String load, Duration time, Duration used)
            implements ReactionBenchRow {
        /// Returns the usage in percent of one core.
        double percent() {
            return 100.0 * used.toNanos() / time.toNanos();
        }

        @Override
        public String head() {
            return "%n%-9s %-7s %8s %10s".formatted("rule", "load", "seconds", "% of core");
        }

        @Override
        public String text() {
            return String.format(
                    Locale.ROOT,
                    "%-9s %-7s %8d %10.2f",
                    rule.title(),
                    load,
                    time.toSeconds(),
                    percent());
        }

        @Override
        public String json() {
            return Json.write(
                    json -> {
                        json.writeStartObject();
                        json.writeStringField("bench", "reaction_cpu");
                        json.writeStringField("rule", rule.title());
                        json.writeStringField("load", load);
                        json.writeNumberField("seconds", time.toSeconds());
                        json.writeNumberField("cpu_percent", RoundedNumbers.hundredths(percent()));
                        json.writeEndObject();
                    });
        }
    }
}
