package dev.elastigres.bench.scale;

import dev.elastigres.bench.footprint.ProcessMemory;
import dev.elastigres.bench.measure.BenchRow;
import dev.elastigres.protocol.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/// Resources that an agent used over an interval.
///
/// @param state activity of the cluster meanwhile
/// @param moved number of pods that moved meanwhile
/// @param memory of its process at the end
/// @param heap bytes of live objects at the end, if they can be counted
/// @param cpu time of its process
/// @param read number of bytes that it read
/// @param requests to the API server, by verb and resource
/// @param took length of the interval
record ScaleBenchRow(
        ScaleBenchPlan plan,
        ScaleState state,
        int moved,
        ProcessMemory memory,
        OptionalDouble heap,
        Duration cpu,
        long read,
        Map<String, Integer> requests,
        Duration took)
        implements BenchRow {
    private static final List<String> VERBS = List.of("get", "list", "watch", "patch", "create");

    enum ScaleState {
        REST,
        MOVING;

        private String title() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public String head() {
        return "%-7s %6s %7s %8s %8s %8s %8s %7s %7s %8s %8s %8s %8s %8s %8s"
                .formatted(
                        "state",
                        "moved",
                        "RSS MB",
                        "anon MB",
                        "heap MB",
                        "threads",
                        "CPU %",
                        "KB/s",
                        "req/s",
                        "get/s",
                        "list/s",
                        "watch/s",
                        "patch/s",
                        "create/s",
                        "other/s");
    }

    @Override
    public String text() {
        var text =
                new StringBuilder(
                        String.format(
                                Locale.ROOT,
                                "%-7s %6d %7.1f %8.1f %8s %8d %8.2f %7.1f %7.2f",
                                state.title(),
                                moved,
                                mebibytes((double) memory.resident()),
                                mebibytes((double) memory.anonymous()),
                                heap.isPresent()
                                        ? String.format(
                                                Locale.ROOT, "%.1f", mebibytes(heap.getAsDouble()))
                                        : "-",
                                memory.threads(),
                                cpuPercent(),
                                readPerSecond(),
                                perSecond(all())));
        for (String verb : VERBS)
            text.append(String.format(Locale.ROOT, " %8.2f", perSecond(count(verb))));
        return text.append(String.format(Locale.ROOT, " %8.2f", perSecond(others()))).toString();
    }

    @Override
    public String json() {
        return Json.write(
                json -> {
                    json.writeStartObject();
                    json.writeStringField("bench", "scale");
                    json.writeStringField("state", state.title());
                    json.writeNumberField("nodes", plan.nodes());
                    json.writeNumberField("pods", plan.pods());
                    json.writeNumberField("objects", plan.objects());
                    json.writeNumberField("namespaces", plan.namespaces());
                    json.writeNumberField("seconds", hundredths(seconds()));
                    json.writeNumberField("moved", moved);
                    json.writeNumberField("rss_mb", tenths(mebibytes((double) memory.resident())));
                    json.writeNumberField(
                            "anon_mb", tenths(mebibytes((double) memory.anonymous())));
                    if (heap.isPresent())
                        json.writeNumberField("heap_mb", tenths(mebibytes(heap.getAsDouble())));
                    json.writeNumberField("threads", memory.threads());
                    json.writeNumberField("cpu_percent", hundredths(cpuPercent()));
                    json.writeNumberField("read_kb_per_s", tenths(readPerSecond()));
                    json.writeNumberField("requests_per_s", hundredths(perSecond(all())));
                    json.writeObjectFieldStart("requests");
                    for (var each : requests.entrySet())
                        json.writeNumberField(each.getKey(), each.getValue());
                    json.writeEndObject();
                    json.writeEndObject();
                });
    }

    private int all() {
        return requests.values().stream().mapToInt(it -> it).sum();
    }

    private int count(String verb) {
        return requests.entrySet().stream()
                .filter(it -> it.getKey().startsWith(verb + " "))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    private int others() {
        return all() - VERBS.stream().mapToInt(this::count).sum();
    }

    private double perSecond(int count) {
        return count / seconds();
    }

    private double readPerSecond() {
        return read / 1024.0 / seconds();
    }

    private double cpuPercent() {
        return 100.0 * cpu.toNanos() / took.toNanos();
    }

    private double seconds() {
        return took.toNanos() / 1e9;
    }

    private static double mebibytes(double bytes) {
        return bytes / (1 << 20);
    }

    private static double tenths(double number) {
        return Math.round(number * 10) / 10.0;
    }

    private static double hundredths(double number) {
        return Math.round(number * 100) / 100.0;
    }
}
