package dev.elastigres.demo;

import com.fasterxml.jackson.core.JsonGenerator;
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
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Writes the demo's events and results as JSON fields.
final class DemoJson {
    private DemoJson() {}

    static String event(DemoEvent event) {
        return switch (event) {
            case Preparing _ -> "preparing";
            case PostgresStarted _ -> "postgres_started";
            case MonitorStarted _ -> "monitor_started";
            case MachineCreated _ -> "machine_made";
            case HandshakeDone _ -> "handshake_done";
            case Healthy _ -> "health_check_answered";
            case LoadBegan _ -> "load_began";
            case MemoryGrew _ -> "memory_grew";
            case LoadPeaked _ -> "load_full";
            case LoadEnded _ -> "load_ended";
            case UpscaleRequested _ -> "upscale_requested";
            case CrossingForeseen _ -> "crossing_foreseen";
            case Resized _ -> "machine_resized";
            case Confirmed _ -> "upscale_confirmed";
            case CacheChanged _ -> "cache_changed";
            case DownscaleRequested _ -> "downscale_requested";
            case DownscaleRefused _ -> "downscale_refused";
            case DownscaleGranted _ -> "downscale_granted";
            case KeptRunning _ -> "staying";
            case Failed _ -> "failed";
        };
    }

    static void write(JsonGenerator json, DemoEvent event) throws IOException {
        switch (event) {
            case Preparing(String what) -> json.writeStringField("what", what);
            case PostgresStarted(String version, long pid, String host, int port) -> {
                json.writeStringField("version", version);
                json.writeNumberField("pid", pid);
                json.writeStringField("host", host);
                json.writeNumberField("port", port);
            }
            case MonitorStarted(long pid, String address, Path log) -> {
                json.writeNumberField("pid", pid);
                json.writeStringField("address", address);
                json.writeStringField("log", log.toString());
            }
            case MachineCreated(Bytes memory, int units, Path meminfo) -> {
                json.writeNumberField("memory_bytes", memory.value());
                json.writeNumberField("compute_units", units);
                json.writeStringField("meminfo", meminfo.toString());
            }
            case HandshakeDone(int version) -> json.writeNumberField("protocol_version", version);
            case Healthy(Duration took) -> json.writeNumberField("took_us", took.toNanos() / 1000);
            case LoadBegan(int clients) -> json.writeNumberField("clients", clients);
            case MemoryGrew(Bytes used, Bytes threshold) -> {
                json.writeNumberField("used_bytes", used.value());
                json.writeNumberField("threshold_bytes", threshold.value());
            }
            case LoadPeaked(Bytes used) -> json.writeNumberField("used_bytes", used.value());
            case LoadEnded() -> {}
            case UpscaleRequested request -> write(json, request);
            case CrossingForeseen(Duration before) ->
                    json.writeNumberField("after_crossing_ms", before.negated().toMillis());
            case Resized(Bytes from, Bytes to, int units) -> {
                json.writeNumberField("from_bytes", from.value());
                json.writeNumberField("to_bytes", to.value());
                json.writeNumberField("compute_units", units);
            }
            case Confirmed(Bytes memory) -> json.writeNumberField("memory_bytes", memory.value());
            case CacheChanged(Bytes to) ->
                    json.writeNumberField("effective_cache_size_bytes", to.value());
            case DownscaleRequested(Bytes target) ->
                    json.writeNumberField("target_bytes", target.value());
            case DownscaleRefused(Bytes target, String reason) -> {
                json.writeNumberField("target_bytes", target.value());
                json.writeStringField("reason", reason);
            }
            case DownscaleGranted(Bytes target, String status) -> {
                json.writeNumberField("target_bytes", target.value());
                json.writeStringField("status", status);
            }
            case KeptRunning(String psql, String status, Path log, long pid) -> {
                json.writeStringField("psql", psql);
                json.writeStringField("status", status);
                json.writeStringField("log", log.toString());
                json.writeNumberField("pid", pid);
            }
            case Failed(DemoException why) -> json.writeStringField("why", why.line());
        }
    }

    private static void write(JsonGenerator json, UpscaleRequested request) throws IOException {
        json.writeNumberField("id", request.id());
        json.writeNumberField("used_bytes", request.used().value());
        json.writeNumberField("threshold_bytes", request.threshold().value());
        write(json, "wanted_bytes", request.wanted());
        if (request.afterCrossing().isPresent())
            json.writeNumberField("after_crossing_ms", request.afterCrossing().get().toMillis());
        else json.writeNullField("after_crossing_ms");
    }

    static void write(JsonGenerator json, DemoSummary summary) throws IOException {
        json.writeNumberField("upscale_requests", summary.requests());
        json.writeArrayFieldStart("after_crossing_ms");
        for (Duration after : summary.afterCrossing()) json.writeNumber(after.toMillis());
        json.writeEndArray();
        writeAll(json, "machine_bytes", summary.sizes());
        json.writeArrayFieldStart("downscales_refused");
        for (DemoSummary.RefusedDownscale refused : summary.refused()) {
            json.writeStartObject();
            json.writeNumberField("target_bytes", refused.target().value());
            json.writeStringField("reason", refused.reason());
            json.writeEndObject();
        }
        json.writeEndArray();
        writeAll(json, "downscales_granted_bytes", summary.granted());
        write(json, "effective_cache_size_before_bytes", summary.cacheBefore());
        write(json, "effective_cache_size_peak_bytes", summary.cacheAtPeak());
        write(json, "effective_cache_size_after_bytes", summary.cacheAfter());
        json.writeNumberField("most_used_bytes", summary.highestUse().value());
        json.writeNumberField("took_ms", summary.took().toMillis());
    }

    private static void writeAll(JsonGenerator json, String name, List<Bytes> sizes)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (Bytes size : sizes) json.writeNumber(size.value());
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, String name, Optional<Bytes> bytes)
            throws IOException {
        if (bytes.isPresent()) json.writeNumberField(name, bytes.get().value());
        else json.writeNullField(name);
    }
}
