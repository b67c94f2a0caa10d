package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.DiscoveredVm.VmEndpoints;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.kubernetes.node.PodContainer;
import java.net.URI;
import java.util.Optional;

/// Creates the endpoints of a node's monitor for its containers.
///
/// @param monitor address of the monitor
public record PodEndpoints(HostPort monitor) {

    /// Returns the endpoints for one container.
    ///
    /// @param scaled whether the agent connects to the monitor to negotiate sizes. A monitor
    ///     accepts one agent only, and it gives up memory when it agrees to a shrink.
    VmEndpoints of(PodContainer container, boolean scaled) {
        String key = container.uid() + "/" + container.container().getName();
        return new VmEndpoints(
                scaled ? Optional.of(uri("ws", "monitor", key)) : Optional.empty(),
                Optional.of(uri("http", "host", key)),
                Optional.of(uri("http", "cache", key)));
    }

    private URI uri(String scheme, String kind, String key) {
        return URI.create("%s://%s/%s/%s".formatted(scheme, monitor, kind, key));
    }
}
