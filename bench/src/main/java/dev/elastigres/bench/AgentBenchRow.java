package dev.elastigres.bench;

import dev.elastigres.bench.RetainedMemory.MemoryPerVm;
import dev.elastigres.bench.measure.BenchRow;
import dev.elastigres.protocol.json.Json;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// A result row of the agent benchmark.
///
/// @param vms number of VMs
/// @param up time from the start until all sessions exist
/// @param memory of the process, for each VM
/// @param life usage of an agent; empty for idle sessions
/// @param load1 the machine's one-minute load average when the row was finished; negative if
///     unknown
record AgentBenchRow(
        int vms, Duration up, MemoryPerVm memory, Optional<LifetimeUsage> life, double load1)
        implements BenchRow {

    /// @param cpu of the idle agent, in percent of one core
    /// @param peersCpu of all monitors meanwhile
    /// @param events number of upscale requests
    /// @param latencies of the requests that led to a growth
    /// @param close time that the agent took to end
    /// @param again time from the start of the next agent until all sessions exist
    record LifetimeUsage(
            double cpu,
            double peersCpu,
            int events,
            LatencySamples latencies,
            Duration close,
            Duration again) {
        int missed() {
            return events - latencies.size();
        }
    }

    private String what() {
        return life.isPresent() ? "agent" : "bare";
    }

    @Override
    public String head() {
        return "%-6s %6s %7s %8s %7s %7s %8s %7s %6s %7s %8s %8s %8s"
                .formatted(
                        "what",
                        "VMs",
                        "up s",
                        "heap KiB",
                        "RSS KiB",
                        "CPU %",
                        "peers %",
                        "events",
                        "missed",
                        "p50 ms",
                        "p99 ms",
                        "max ms",
                        "again s");
    }

    @Override
    public String text() {
        String both =
                String.format(
                        Locale.ROOT,
                        "%-6s %6d %7.2f %8.1f %7.1f",
                        what(),
                        vms,
                        seconds(up),
                        memory.heap(),
                        memory.resident());
        return both + life.map(AgentBenchRow::text).orElse("");
    }

    private static String text(LifetimeUsage life) {
        return String.format(
                Locale.ROOT,
                " %7.1f %8.1f %7d %6d %7.2f %8.2f %8.2f %8.2f",
                life.cpu,
                life.peersCpu,
                life.events,
                life.missed(),
                millis(life.latencies.percentile(50)),
                millis(life.latencies.percentile(99)),
                millis(life.latencies.max()),
                seconds(life.again));
    }

    @Override
    public String json() {
        return Json.write(
                json -> {
                    json.writeStartObject();
                    json.writeStringField("bench", "agent");
                    json.writeStringField("what", what());
                    json.writeNumberField("vms", vms);
                    json.writeNumberField("up_s", seconds(up));
                    json.writeNumberField("heap_kib_per_vm", RoundedNumbers.tenths(memory.heap()));
                    json.writeNumberField(
                            "rss_kib_per_vm", RoundedNumbers.tenths(memory.resident()));
                    if (life.isPresent()) {
                        LifetimeUsage its = life.get();
                        json.writeNumberField("cpu_percent", RoundedNumbers.tenths(its.cpu));
                        json.writeNumberField(
                                "peers_cpu_percent", RoundedNumbers.tenths(its.peersCpu));
                        json.writeNumberField("events", its.events);
                        json.writeNumberField("missed", its.missed());
                        json.writeNumberField("p50_ms", millis(its.latencies.percentile(50)));
                        json.writeNumberField("p99_ms", millis(its.latencies.percentile(99)));
                        json.writeNumberField("max_ms", millis(its.latencies.max()));
                        json.writeNumberField("close_s", seconds(its.close));
                        json.writeNumberField("again_s", seconds(its.again));
                    }
                    json.writeNumberField("load1", RoundedNumbers.hundredths(load1));
                    json.writeNumberField("cores", Runtime.getRuntime().availableProcessors());
                    json.writeEndObject();
                });
    }

    private static double millis(long nanos) {
        return RoundedNumbers.hundredths(nanos / 1e6);
    }

    private static double seconds(Duration time) {
        return RoundedNumbers.hundredths(time.toNanos() / 1e9);
    }
}
