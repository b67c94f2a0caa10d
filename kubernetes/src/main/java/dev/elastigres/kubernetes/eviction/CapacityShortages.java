package dev.elastigres.kubernetes.eviction;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// Records since when each pod has lacked room on the node. Not thread-safe.
final class CapacityShortages {
    private final Map<String, Moment> since = new HashMap<>();

    /// @param lacking all pods that lack room now
    void update(Collection<String> lacking, Moment now) {
        since.keySet().retainAll(lacking);
        for (String each : lacking) since.putIfAbsent(each, now);
    }

    boolean lasts(String pod, Duration timeout, Moment now) {
        Moment began = since.get(pod);
        return began != null && now.since(began).compareTo(timeout) >= 0;
    }
}
