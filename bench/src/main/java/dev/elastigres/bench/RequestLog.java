package dev.elastigres.bench;

import dev.elastigres.bench.InMemoryDriver.GrowthRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/// Matches each upscale request of a monitor to the growth that it caused.
final class RequestLog {
    /// An upscale request of a monitor.
    ///
    /// @param at monotonic clock, in nanoseconds
    record LoggedRequest(String vm, long at) {}

    private RequestLog() {}

    /// Returns the time from each request to the start of its growth. A request is served by the
    /// first growth of its VM that comes before the VM's next request. Requests without a growth
    /// are omitted.
    static LatencySamples latencies(List<LoggedRequest> requests, List<GrowthRecord> growths) {
        Map<String, NavigableSet<Long>> grown = new HashMap<>();
        for (GrowthRecord each : growths)
            grown.computeIfAbsent(each.vm(), _ -> new TreeSet<>()).add(each.at());
        Map<String, NavigableSet<Long>> asked = new HashMap<>();
        for (LoggedRequest each : requests)
            asked.computeIfAbsent(each.vm(), _ -> new TreeSet<>()).add(each.at());

        var samples = new LatencySamples(requests.size());
        for (LoggedRequest each : requests) {
            Long growth = grown.getOrDefault(each.vm(), new TreeSet<>()).ceiling(each.at());
            Long next = asked.getOrDefault(each.vm(), new TreeSet<>()).higher(each.at());
            if (growth != null && (next == null || growth < next)) samples.add(growth - each.at());
        }
        return samples;
    }
}
