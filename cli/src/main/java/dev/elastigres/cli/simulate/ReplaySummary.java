package dev.elastigres.cli.simulate;

import dev.elastigres.cli.prometheus.PrometheusDuration;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.simulation.trace.LoadTrace;
import dev.elastigres.simulation.trace.MeasuredLoad;
import dev.elastigres.simulation.trace.PolicyComparison;
import dev.elastigres.simulation.trace.PolicyResult;
import dev.elastigres.simulation.trace.SizeHistory.SizeEntry;
import dev.elastigres.simulation.trace.TracePoint;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// Sums up a replay in three sentences: what autoscaling would have cost, what the current size
/// cost, and what was short.
final class ReplaySummary {
    /// Fraction of the current size from which demand may have been cut off.
    private static final double NEAR = 0.95;

    private final MeasuredLoad load;
    private final List<PolicyResult> results;
    private final Optional<Resources> current;

    /// @param results results on `load`; the first is that of the autoscaling rules
    /// @param current size of the machine that was measured, if known; then `results` has a row for
    ///     it
    ReplaySummary(MeasuredLoad load, List<PolicyResult> results, Optional<Resources> current) {
        this.load = load;
        this.results = results;
        this.current = current;
    }

    List<String> sentences() {
        return List.of(cost(), currentSize(), shortage());
    }

    private PolicyResult scaled() {
        return results.getFirst();
    }

    private Optional<PolicyResult> ofCurrentSize() {
        return results.stream()
                .filter(it -> it.policy().equals(PolicyComparison.CURRENT))
                .findFirst();
    }

    /// Returns the name of the rules as the subject of a sentence.
    private String rules() {
        String name = scaled().policy();
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    private String cost() {
        List<SizeEntry> sizes = scaled().sizes().changes();
        Resources min = sizes.stream().map(SizeEntry::size).reduce(Resources::min).orElseThrow();
        Resources max = sizes.stream().map(SizeEntry::size).reduce(Resources::max).orElseThrow();
        String missing =
                load.missingSeconds() == 0
                        ? ""
                        : " (and %s without data, which are left out)"
                                .formatted(time(load.missingSeconds()));
        return "Over %s%s, %s would have cost %s CU-hours, at sizes from %s to %s."
                .formatted(
                        time(seconds()),
                        missing,
                        rules(),
                        decimal(scaled().cost()),
                        min.text(),
                        max.text());
    }

    private String currentSize() {
        Optional<PolicyResult> row = ofCurrentSize();
        if (current.isEmpty() || row.isEmpty())
            return "The current size is in none of these series: give it with --size CPUS:MEMORY,"
                    + " such as --size 4:16GiB, to compare its cost.";
        double cost = row.get().cost();
        double saved = 1 - scaled().cost() / cost;
        return "The current size, %s, cost %s CU-hours: %s would have cost %s %% %s."
                .formatted(
                        current.get().text(),
                        decimal(cost),
                        rules(),
                        decimal(Math.abs(saved) * 100),
                        saved >= 0 ? "less" : "more");
    }

    private String shortage() {
        String sentence =
                ("%s would have been short of CPU or memory for %s %% of the time: 99 %% of the"
                                + " work would have waited at most %s s for a CPU, and memory in use"
                                + " would have exceeded the size %s")
                        .formatted(
                                rules(),
                                decimal(scaled().shortShare() * 100),
                                (long) scaled().delayP99(),
                                scaled().oomRisks() == 1 ? "once" : scaled().oomRisks() + " times");
        if (current.isEmpty()) return sentence + ".";
        return sentence
                + "; of the current size, at least 95 %% of the CPU was in use for %s %% of the time, and of the memory for %s %%."
                        .formatted(
                                decimal(nearCpuLimit(current.get()) * 100),
                                decimal(nearMemoryLimit(current.get()) * 100));
    }

    private double nearCpuLimit(Resources size) {
        return share(TracePoint::cpus, size.vcpus() * NEAR);
    }

    private double nearMemoryLimit(Resources size) {
        return share(it -> (double) it.memory().value(), size.memory().value() * NEAR);
    }

    /// Returns the fraction of time in which a demand is at least `threshold`.
    private double share(ToDoubleFunction<TracePoint> demand, double threshold) {
        List<TracePoint> samples = load.trace().samples();
        long above = 0;
        for (int i = 0; i + 1 < samples.size(); i++)
            if (demand.applyAsDouble(samples.get(i)) >= threshold)
                above += samples.get(i + 1).second() - samples.get(i).second();
        return (double) above / seconds();
    }

    private long seconds() {
        LoadTrace trace = load.trace();
        return trace.samples().getLast().second() - trace.samples().getFirst().second();
    }

    Json.Obj json(String name) {
        Json.Obj summary =
                Json.object()
                        .with("trace", name)
                        .with(
                                "summary",
                                new Json.Arr(
                                        sentences().stream()
                                                .map(it -> (Json) new Json.Str(it))
                                                .toList()))
                        .with("seconds", seconds())
                        .with("missing_seconds", load.missingSeconds());
        if (current.isEmpty()) return summary;
        Resources size = current.get();
        Bytes memory = size.memory();
        return summary.with("current_cpus", number(size.vcpus()))
                .with("current_memory_bytes", memory.value())
                .with("near_cpu_limit_share", number(nearCpuLimit(size)))
                .with("near_memory_limit_share", number(nearMemoryLimit(size)));
    }

    private static String time(long seconds) {
        return PrometheusDuration.text(Duration.ofSeconds(seconds));
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static Json number(double value) {
        return new Json.Num(String.format(Locale.ROOT, "%.6f", value));
    }
}
