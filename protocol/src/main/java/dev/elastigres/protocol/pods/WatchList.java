package dev.elastigres.protocol.pods;

import java.util.HashSet;
import java.util.List;

/// Which containers of a node are to be watched. The agent writes it, the monitor follows it.
///
/// @param containers no two of one key, no two of one name
public record WatchList(List<WatchedContainer> containers) {
    /// Several times what a kubelet runs.
    public static final int MAX_CONTAINERS = 1024;

    public static final WatchList EMPTY = new WatchList(List.of());

    /// @throws IllegalArgumentException for too many, and for two that cannot be told apart
    public WatchList {
        containers = List.copyOf(containers);
        if (containers.size() > MAX_CONTAINERS)
            throw new IllegalArgumentException("has more than %d".formatted(MAX_CONTAINERS));
        var keys = new HashSet<String>();
        var names = new HashSet<String>();
        for (WatchedContainer each : containers)
            if (!keys.add(each.key()) || !names.add(each.name()))
                throw new IllegalArgumentException("has %s twice".formatted(each.name()));
    }
}
