package dev.elastigres.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.elastigres.core.units.Bytes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The result of the whole demo.
///
/// @param requests number of requests for more memory
/// @param afterCrossing time from crossing to request, for each request whose crossing was
///     observed; negative if the request came first
/// @param sizes all sizes that the machine had, in order
/// @param refused downscales with their reasons
/// @param granted downscales
/// @param cacheBefore `effective_cache_size` when the load began
/// @param cacheAtPeak `effective_cache_size` when the load ended
/// @param cacheAfter `effective_cache_size` at the end
record DemoSummary(
        int requests,
        List<Duration> afterCrossing,
        List<Bytes> sizes,
        List<RefusedDownscale> refused,
        List<Bytes> granted,
        Bytes highestUse,
        Optional<Bytes> cacheBefore,
        Optional<Bytes> cacheAtPeak,
        Optional<Bytes> cacheAfter,
        Duration took)
        implements DemoResult {

    @Override
    public List<String> lines() {
        return DemoTextFormatter.summary(this);
    }

    @Override
    public void writeFields(JsonGenerator json) throws IOException {
        DemoJson.write(json, this);
    }

    record RefusedDownscale(Bytes target, String reason) {}

    DemoSummary {
        afterCrossing = List.copyOf(afterCrossing);
        sizes = List.copyOf(sizes);
        refused = List.copyOf(refused);
        granted = List.copyOf(granted);
    }
}
