package dev.elastigres.agent.driver;

import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import java.util.Optional;

/// A VM that runs.
///
/// @param name unique on this host
/// @param life another one after each start: what was known of the VM before is void then
/// @param bounds the sizes that it can have
/// @param doors where it is reached
public record Found(String name, String life, Bounds bounds, Doors doors) {

    /// @param grain the step in which its size can be changed at all; `min` and `max` are multiples
    public record Bounds(Resources min, Resources max, Resources grain) {}

    /// @param monitor vm-monitor's address for agents
    /// @param host of the machine's metrics
    /// @param cache of the metrics of Postgres' cache
    public record Doors(
            Optional<HostPort> monitor, Optional<HostPort> host, Optional<HostPort> cache) {}
}
