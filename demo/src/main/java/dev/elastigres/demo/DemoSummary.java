package dev.elastigres.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.elastigres.core.units.Bytes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What the whole story came to.
///
/// @param requests for more memory
/// @param afterCrossing from crossing to request, for each request that a crossing was seen of;
///     negative where the request came first
/// @param sizes the machine's, each that it had in turn
/// @param refused downscales, with their reasons
/// @param granted downscales
/// @param cacheBefore `effective_cache_size` when the load began
/// @param cacheAtPeak when the load ended
/// @param cacheAfter at the end
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
