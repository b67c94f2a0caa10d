package dev.elastigres.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.elastigres.core.units.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// What the demo has to tell, as it comes.
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

    /// Something begins that takes a while.
    record Preparing(String what) implements DemoEvent {}

    record PostgresStarted(String version, long pid, String host, int port) implements DemoEvent {}

    record MonitorStarted(long pid, String address, Path log) implements DemoEvent {}

    /// @param meminfo the file that says how much memory the machine has
    record MachineMade(Bytes memory, int units, Path meminfo) implements DemoEvent {}

    record HandshakeDone(int version) implements DemoEvent {}

    record Healthy(Duration took) implements DemoEvent {}

    record LoadBegan(int clients) implements DemoEvent {}

    /// Another step up, large enough to be told.
    record MemoryGrew(Bytes used, Bytes threshold) implements DemoEvent {}

    /// The load holds what it is to hold.
    record LoadFull(Bytes used) implements DemoEvent {}

    record LoadEnded() implements DemoEvent {}

    /// @param used by Postgres when the request came
    /// @param wanted the least memory that would do; empty when the request does not say
    /// @param afterCrossing from the first fine sample at or above the threshold to the request;
    ///     empty when there was none since the last request
    record UpscaleRequested(
            long id,
            Bytes used,
            Bytes threshold,
            Optional<Bytes> wanted,
            Optional<Duration> afterCrossing)
            implements DemoEvent {}

    /// Memory has reached the threshold that it was below at the last request.
    ///
    /// @param before from the request to the crossing
    record CrossingForeseen(Duration before) implements DemoEvent {}

    record Resized(Bytes from, Bytes to, int units) implements DemoEvent {}

    /// The monitor uses what was granted.
    record Confirmed(Bytes memory) implements DemoEvent {}

    /// `effective_cache_size`, as Postgres itself says.
    record CacheChanged(Bytes to) implements DemoEvent {}

    record DownscaleRequested(Bytes target) implements DemoEvent {}

    record DownscaleRefused(Bytes target, String reason) implements DemoEvent {}

    record DownscaleGranted(Bytes target, String status) implements DemoEvent {}

    /// All stays as it is until somebody ends it.
    ///
    /// @param psql the command that connects to Postgres
    /// @param status the command that shows the monitor's state
    /// @param pid whom to signal to end it all
    record Staying(String psql, String status, Path log, long pid) implements DemoEvent {}

    /// A part of the demo cannot go on.
    record Failed(DemoException why) implements DemoEvent {}
}
