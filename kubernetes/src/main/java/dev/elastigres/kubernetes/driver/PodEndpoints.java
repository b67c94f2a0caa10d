package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.DiscoveredVm.VmEndpoints;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.kubernetes.node.PodContainer;
import java.net.URI;
import java.util.Optional;

/// Where the monitor of the node is reached for one of its containers.
///
/// @param monitor its address
public record PodEndpoints(HostPort monitor) {

    /// @param scaled whether it is asked for leave, and told; a monitor has one agent only, and
    ///     gives up memory when it agrees to a shrink
    VmEndpoints of(PodContainer container, boolean scaled) {
        String key = container.uid() + "/" + container.container().getName();
        return new VmEndpoints(
                scaled ? Optional.of(door("ws", "monitor", key)) : Optional.empty(),
                Optional.of(door("http", "host", key)),
                Optional.of(door("http", "cache", key)));
    }

    private URI door(String scheme, String kind, String key) {
        return URI.create("%s://%s/%s/%s".formatted(scheme, monitor, kind, key));
    }
}
