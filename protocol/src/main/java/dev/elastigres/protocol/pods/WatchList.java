package dev.elastigres.protocol.pods;

import java.util.HashSet;
import java.util.List;

/// Containers of a node that the monitor watches. The agent writes the list, the monitor follows
/// it.
///
/// @param containers containers with distinct keys and distinct names
public record WatchList(List<WatchedContainer> containers) {
    /// Maximum number of containers, several times what a kubelet runs.
    public static final int MAX_CONTAINERS = 1024;

    public static final WatchList EMPTY = new WatchList(List.of());

    /// @throws IllegalArgumentException if there are too many containers, or two with the same key
    ///     or name
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
