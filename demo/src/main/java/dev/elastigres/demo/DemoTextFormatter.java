package dev.elastigres.demo;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.demo.DemoEvent.CacheChanged;
import dev.elastigres.demo.DemoEvent.Confirmed;
import dev.elastigres.demo.DemoEvent.CrossingForeseen;
import dev.elastigres.demo.DemoEvent.DownscaleGranted;
import dev.elastigres.demo.DemoEvent.DownscaleRefused;
import dev.elastigres.demo.DemoEvent.DownscaleRequested;
import dev.elastigres.demo.DemoEvent.Failed;
import dev.elastigres.demo.DemoEvent.HandshakeDone;
import dev.elastigres.demo.DemoEvent.Healthy;
import dev.elastigres.demo.DemoEvent.KeptRunning;
import dev.elastigres.demo.DemoEvent.LoadBegan;
import dev.elastigres.demo.DemoEvent.LoadEnded;
import dev.elastigres.demo.DemoEvent.LoadPeaked;
import dev.elastigres.demo.DemoEvent.MachineCreated;
import dev.elastigres.demo.DemoEvent.MemoryGrew;
import dev.elastigres.demo.DemoEvent.MonitorStarted;
import dev.elastigres.demo.DemoEvent.PostgresStarted;
import dev.elastigres.demo.DemoEvent.Preparing;
import dev.elastigres.demo.DemoEvent.Resized;
import dev.elastigres.demo.DemoEvent.UpscaleRequested;
import dev.elastigres.protocol.monitor.ProtocolVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Formats the demo's events as text.
final class DemoTextFormatter {
    static final String MADE_UP =
            "The machine's size is simulated; database, memory, socket and messages are real.";

    private DemoTextFormatter() {}

    static String time(Duration at) {
        return String.format(Locale.ROOT, "%6.2f s", at.toMillis() / 1000.0);
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }

    static String line(DemoEvent event) {
        return switch (event) {
            case Preparing(String what) -> "starting " + what;
            case PostgresStarted(String version, long pid, String host, int port) ->
                    "Postgres runs: %s, pid %d, %s:%d".formatted(version, pid, host, port);
            case MonitorStarted(long pid, String address, Path _) ->
                    "the monitor runs: pid %d, %s".formatted(pid, address);
            case MachineCreated(Bytes memory, int units, Path meminfo) ->
                    "a simulated machine of %s, %d compute units: %s"
                            .formatted(memory, units, meminfo);
            case HandshakeDone(int version) ->
                    "handshake of agent and monitor: protocol " + ProtocolVersion.name(version);
            case Healthy(Duration took) -> "health check answered in " + millis(took);
            case LoadBegan(int clients) ->
                    "load begins: %d clients open large sorted reports".formatted(clients);
            case MemoryGrew(Bytes used, Bytes threshold) ->
                    "Postgres uses %s, the threshold is %s".formatted(used, threshold);
            case LoadPeaked(Bytes used) -> "load is complete and holds its memory: " + used;
            case LoadEnded() -> "load ends: its clients have disconnected";
            case UpscaleRequested(
                            long id,
                            Bytes used,
                            Bytes threshold,
                            var wanted,
                            var afterCrossing) ->
                    "monitor -> agent: UpscaleRequest %d%s at %s, threshold %s%s"
                            .formatted(
                                    id,
                                    wanted.map(min -> " for " + min).orElse(""),
                                    used,
                                    threshold,
                                    crossing(afterCrossing));
            case CrossingForeseen(Duration before) ->
                    "Postgres is at the threshold now: the request came %s before"
                            .formatted(millis(before));
            case Resized(Bytes from, Bytes to, int units) ->
                    "machine: %s -> %s, %d compute units".formatted(from, to, units);
            case Confirmed(Bytes memory) -> "monitor -> agent: now uses " + memory;
            case CacheChanged(Bytes to) -> "Postgres: effective_cache_size is " + to;
            case DownscaleRequested(Bytes target) -> "agent -> monitor: down to " + target + "?";
            case DownscaleRefused(Bytes _, String reason) -> "monitor -> agent: refused: " + reason;
            case DownscaleGranted(Bytes _, String status) -> "monitor -> agent: granted: " + status;
            case KeptRunning(String psql, String status, Path log, long pid) ->
                    String.join(
                            System.lineSeparator(),
                            "everything keeps running until Ctrl-C (or: kill " + pid + ")",
                            "    queries   " + psql,
                            "    status    " + status,
                            "    log       tail -f " + log);
            case Failed(DemoException why) -> "failed: " + why.line();
        };
    }

    private static String crossing(Optional<Duration> after) {
        return after.map(it -> ", " + millis(it) + " after the crossing").orElse("");
    }

    static String millis(Duration duration) {
        double millis = duration.toNanos() / 1e6;
        return String.format(Locale.ROOT, Math.abs(millis) < 10 ? "%.1f ms" : "%.0f ms", millis);
    }

    static List<String> summary(DemoSummary summary) {
        var lines = new ArrayList<String>();
        lines.add(row("upscale requests", requests(summary)));
        lines.add(row("machine", join(summary.sizes(), " -> ")));
        for (DemoSummary.RefusedDownscale refused : summary.refused())
            lines.add(row("downscale refused", refused.target() + ": " + refused.reason()));
        lines.add(
                row(
                        "downscales granted",
                        summary.granted().size() + ": to " + join(summary.granted(), ", to ")));
        lines.add(
                row(
                        "effective_cache_size",
                        "%s before, %s at the peak, %s after"
                                .formatted(
                                        text(summary.cacheBefore()),
                                        text(summary.cacheAtPeak()),
                                        text(summary.cacheAfter()))));
        lines.add(row("maximum memory used", summary.highestUse().toString()));
        lines.add(row("took", time(summary.took()).strip()));
        return lines;
    }

    private static String requests(DemoSummary summary) {
        return summary.requests()
                + "; from crossing to request: "
                + summary.afterCrossing().stream()
                        .map(DemoTextFormatter::millis)
                        .collect(Collectors.joining(", "));
    }

    private static String join(List<Bytes> sizes, String separator) {
        return sizes.stream().map(Bytes::toString).collect(Collectors.joining(separator));
    }

    private static String text(Optional<Bytes> bytes) {
        return bytes.map(Bytes::toString).orElse("unknown");
    }

    private static String row(String name, String value) {
        return "  %-22s %s".formatted(name, value);
    }
}
