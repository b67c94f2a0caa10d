package dev.elastigres.monitor;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.elastigres.core.monitor.MachineMemory;
import dev.elastigres.core.monitor.PendingMemory;
import dev.elastigres.core.monitor.State;
import dev.elastigres.core.monitor.Usage;
import dev.elastigres.core.monitor.UsageForecast;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.log.Timestamps;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.monitor.cache.CacheStatus;
import dev.elastigres.monitor.runner.Readiness;
import dev.elastigres.monitor.runner.RunnerStatus;
import dev.elastigres.protocol.json.Json;
import java.io.IOException;
import java.util.Optional;

/// Writes the state of one watched Postgres as JSON. It contains nothing secret.
final class MonitorStatusPage {
    private MonitorStatusPage() {}

    static String of(WatchedPostgres postgres) {
        return Json.write(json -> write(json, postgres));
    }

    /// Writes one JSON object.
    static void write(JsonGenerator json, WatchedPostgres postgres) throws IOException {
        RunnerStatus report = postgres.report();
        Readiness readiness = postgres.readiness();
        json.writeStartObject();
        json.writeStringField("version", MonitorVersion.text());
        json.writeBooleanField("ready", readiness.isReady());
        json.writeArrayFieldStart("problems");
        for (String problem : readiness.problems()) json.writeString(problem);
        json.writeEndArray();
        json.writeStringField("last_decision", report.lastDecision());
        writeSession(json, report);
        writeMemory(json, report);
        writeUsage(json, postgres);
        writeCache(json, postgres.cacheStatus());
        json.writeEndObject();
    }

    private static void writeSession(JsonGenerator json, RunnerStatus report) throws IOException {
        json.writeObjectFieldStart("session");
        json.writeBooleanField("live", report.agent().isPresent());
        if (report.agent().isPresent()) {
            json.writeStringField("agent", report.agent().get());
            json.writeNumberField("protocol_version", report.version());
        }
        json.writeNumberField("fruitless_requests", report.state().backoff().fruitless());
        json.writeBooleanField("answer_pending", report.state().pending().isPresent());
        json.writeEndObject();
    }

    private static void writeMemory(JsonGenerator json, RunnerStatus report) throws IOException {
        State state = report.state();
        json.writeObjectFieldStart("memory");
        json.writeNumberField("observed_bytes", state.memory().observed().value());
        writeBytes(json, "announced_bytes", state.memory().announced());
        json.writeNumberField("fitted_bytes", state.cache().fitted().value());
        json.writeNumberField("threshold_bytes", state.threshold().value());
        json.writeBooleanField(
                "underway", state.grants().pending().filter(PendingMemory::awaited).isPresent());
        if (report.horizon().isPresent())
            json.writeNumberField("horizon_ms", report.horizon().get().toMillis());
        json.writeEndObject();
    }

    private static void writeUsage(JsonGenerator json, WatchedPostgres postgres)
            throws IOException {
        json.writeObjectFieldStart("usage");
        json.writeStringField("source", postgres.source());
        json.writeNumberField("oom_kills", postgres.oomKills());
        switch (postgres.usage()) {
            case Usage.NotMonitored() -> json.writeStringField("state", "unwatched");
            case Usage.Unsampled() -> json.writeStringField("state", "unsampled");
            case Usage.Unreadable(String why) -> {
                json.writeStringField("state", "unreadable");
                json.writeStringField("why", why);
            }
            case Usage.Known(
                            Bytes average,
                            Bytes last,
                            int samples,
                            Moment at,
                            UsageForecast forecast,
                            MachineMemory machine) -> {
                json.writeStringField("state", "known");
                json.writeNumberField("average_bytes", average.value());
                json.writeNumberField("last_bytes", last.value());
                json.writeNumberField("samples", samples);
                json.writeNumberField("foreseen_bytes", forecast.forecast().value());
                json.writeNumberField("growth_per_second_bytes", forecast.rate().value());
                json.writeNumberField("kernel_bytes", forecast.kernel().value());
                writeBytes(json, "available_bytes", available(machine));
                json.writeNumberField("age_ms", MonotonicClock.now().since(at).toMillis());
            }
        }
        json.writeEndObject();
    }

    private static Optional<Bytes> available(MachineMemory machine) {
        return machine instanceof MachineMemory.Known known
                ? Optional.of(known.available())
                : Optional.empty();
    }

    private static void writeCache(JsonGenerator json, Optional<CacheStatus> cache)
            throws IOException {
        json.writeObjectFieldStart("cache");
        json.writeStringField("policy", cache.map(CacheStatus::policy).orElse("none"));
        if (cache.isPresent()) {
            CacheStatus status = cache.get();
            json.writeStringField("found", status.found());
            json.writeStringField("postgres", status.database().name());
            if (!status.database().problem().isEmpty())
                json.writeStringField("why", status.database().problem());
            json.writeStringField("since", Timestamps.utc(status.since()));
            writeBytes(json, "usable_bytes", status.usable());
            json.writeArrayFieldStart("settings");
            for (CacheStatus.CacheSettingStatus setting : status.settings()) {
                json.writeStartObject();
                json.writeStringField("name", setting.name());
                writeBytes(json, "wanted_bytes", setting.wanted());
                writeBytes(json, "actual_bytes", setting.actual());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    /// Writes null for an absent value, so that scripts find the same keys each time.
    private static void writeBytes(JsonGenerator json, String name, Optional<Bytes> bytes)
            throws IOException {
        if (bytes.isPresent()) json.writeNumberField(name, bytes.get().value());
        else json.writeNullField(name);
    }
}
