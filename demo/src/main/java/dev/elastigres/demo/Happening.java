package dev.elastigres.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.elastigres.core.units.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// What the demo has to tell, as it comes.
sealed interface Happening extends Told {

    @Override
    default String line() {
        return Telling.line(this);
    }

    @Override
    default String event() {
        return Fields.event(this);
    }

    @Override
    default void writeFields(JsonGenerator json) throws IOException {
        Fields.write(json, this);
    }

    /// Something begins that takes a while.
    record Preparing(String what) implements Happening {}

    record PostgresStarted(String version, long pid, String host, int port) implements Happening {}

    record MonitorStarted(long pid, String address, Path log) implements Happening {}

    /// @param meminfo the file that says how much memory the machine has
    record MachineMade(Bytes memory, int units, Path meminfo) implements Happening {}

    record HandshakeDone(int version) implements Happening {}

    record Healthy(Duration took) implements Happening {}

    record LoadBegan(int clients) implements Happening {}

    /// Another step up, large enough to be told.
    record MemoryGrew(Bytes used, Bytes threshold) implements Happening {}

    /// The load holds what it is to hold.
    record LoadFull(Bytes used) implements Happening {}

    record LoadEnded() implements Happening {}

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
            implements Happening {}

    /// Memory has reached the threshold that it was below at the last request.
    ///
    /// @param before from the request to the crossing
    record CrossingForeseen(Duration before) implements Happening {}

    record Resized(Bytes from, Bytes to, int units) implements Happening {}

    /// The monitor uses what was granted.
    record Confirmed(Bytes memory) implements Happening {}

    /// `effective_cache_size`, as Postgres itself says.
    record CacheChanged(Bytes to) implements Happening {}

    record DownscaleRequested(Bytes target) implements Happening {}

    record DownscaleRefused(Bytes target, String reason) implements Happening {}

    record DownscaleGranted(Bytes target, String status) implements Happening {}

    /// All stays as it is until somebody ends it.
    ///
    /// @param psql the command that connects to Postgres
    /// @param status the command that shows the monitor's state
    /// @param pid whom to signal to end it all
    record Staying(String psql, String status, Path log, long pid) implements Happening {}

    /// A part of the demo cannot go on.
    record Broke(DemoException why) implements Happening {}
}
