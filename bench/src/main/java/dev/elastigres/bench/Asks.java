package dev.elastigres.bench;

import dev.elastigres.bench.Crowd.Grown;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/// Which growth came of which request for more.
final class Asks {
    /// A monitor asked for more.
    ///
    /// @param at by the monotonic clock, in nanoseconds
    record Ask(String vm, long at) {}

    private Asks() {}

    /// How long each growth took to begin: a request is served by the first growth of its VM that
    /// comes before the VM's next request. Those that nothing came of are left out.
    static Samples latencies(List<Ask> asks, List<Grown> growths) {
        Map<String, NavigableSet<Long>> grown = new HashMap<>();
        for (Grown each : growths)
            grown.computeIfAbsent(each.vm(), _ -> new TreeSet<>()).add(each.at());
        Map<String, NavigableSet<Long>> asked = new HashMap<>();
        for (Ask each : asks) asked.computeIfAbsent(each.vm(), _ -> new TreeSet<>()).add(each.at());

        var samples = new Samples(asks.size());
        for (Ask each : asks) {
            Long growth = grown.getOrDefault(each.vm(), new TreeSet<>()).ceiling(each.at());
            Long next = asked.getOrDefault(each.vm(), new TreeSet<>()).higher(each.at());
            if (growth != null && (next == null || growth < next)) samples.add(growth - each.at());
        }
        return samples;
    }
}
