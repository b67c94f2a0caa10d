package dev.elastigres.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.elastigres.core.units.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The events of the demo.
sealed interface DemoEvent extends DemoNotice {

    @Override
    default String line() {
        return DemoTextFormatter.line(this);
    }

    @Override
    default String event() {
        return DemoJson.event(this);
    }

    @Override
    default void writeFields(JsonGenerator json) throws IOException {
        DemoJson.write(json, this);
    }

    /// A longer task begins.
    record Preparing(String what) implements DemoEvent {}

    record PostgresStarted(String version, long pid, String host, int port) implements DemoEvent {}

    record MonitorStarted(long pid, String address, Path log) implements DemoEvent {}

    /// @param meminfo the file that says how much memory the machine has
    record MachineCreated(Bytes memory, int units, Path meminfo) implements DemoEvent {}

    record HandshakeDone(int version) implements DemoEvent {}

    record Healthy(Duration took) implements DemoEvent {}

    record LoadBegan(int clients) implements DemoEvent {}

    /// Memory has grown by a step that is large enough to be reported.
    record MemoryGrew(Bytes used, Bytes threshold) implements DemoEvent {}

    /// The load holds all of its memory.
    record LoadPeaked(Bytes used) implements DemoEvent {}

    record LoadEnded() implements DemoEvent {}

    /// @param used memory of Postgres when the request came
    /// @param wanted the smallest sufficient memory; empty if the request does not say
    /// @param afterCrossing time from the probe's first sample at or above the threshold to the
    ///     request; empty if there was none since the last request
    record UpscaleRequested(
            long id,
            Bytes used,
            Bytes threshold,
            Optional<Bytes> wanted,
            Optional<Duration> afterCrossing)
            implements DemoEvent {}

    /// Memory has reached the threshold that it was below at the last request.
    ///
    /// @param before time from the request to the crossing
    record CrossingForeseen(Duration before) implements DemoEvent {}

    record Resized(Bytes from, Bytes to, int units) implements DemoEvent {}

    /// The monitor uses the granted memory.
    record Confirmed(Bytes memory) implements DemoEvent {}

    /// `effective_cache_size` as Postgres reports it.
    record CacheChanged(Bytes to) implements DemoEvent {}

    record DownscaleRequested(Bytes target) implements DemoEvent {}

    record DownscaleRefused(Bytes target, String reason) implements DemoEvent {}

    record DownscaleGranted(Bytes target, String status) implements DemoEvent {}

    /// The demo is over, and everything keeps running until it is stopped.
    ///
    /// @param psql the command that connects to Postgres
    /// @param status the command that shows the monitor's state
    /// @param pid the process to signal to end the demo
    record KeptRunning(String psql, String status, Path log, long pid) implements DemoEvent {}

    /// A part of the demo has failed.
    record Failed(DemoException why) implements DemoEvent {}
}
