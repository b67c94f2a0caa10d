package dev.elastigres.agent.driver;

import dev.elastigres.agent.endpoint.Endpoint;
import dev.elastigres.agent.monitor.MonitorConnection;
import dev.elastigres.agent.pages.MetricsReader;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/// A VM that runs.
///
/// @param name unique on this host
/// @param life another one after each start: what was known of the VM before is void then
/// @param bounds the sizes that it can have
/// @param endpoints where it is reached
/// @param oomKill how it was last killed for want of memory as a whole, where its driver can tell
public record DiscoveredVm(
        String name,
        String life,
        SizeBounds bounds,
        VmEndpoints endpoints,
        Optional<OomKill> oomKill) {

    /// One whose driver knows of no kill.
    public DiscoveredVm(String name, String life, SizeBounds bounds, VmEndpoints endpoints) {
        this(name, life, bounds, endpoints, Optional.empty());
    }

    /// All of it was killed for want of memory. Another kill is not equal to this one.
    ///
    /// @param limit of its memory then; empty where that was raised since
    public record OomKill(Optional<Bytes> limit, Instant at) {}

    /// @param grain the step in which its size can be changed at all; `min` and `max` are multiples
    public record SizeBounds(Resources min, Resources max, Resources grain) {}

    /// @param monitor where vm-monitor speaks with agents
    /// @param host the page of the machine's metrics
    /// @param cache the page of the metrics of Postgres' cache
    public record VmEndpoints(Endpoint monitor, Endpoint host, Endpoint cache) {
        public static final VmEndpoints NONE =
                new VmEndpoints(Optional.empty(), Optional.empty(), Optional.empty());

        /// Each at its address, or not to be used.
        public VmEndpoints(Optional<URI> monitor, Optional<URI> host, Optional<URI> cache) {
            this(Endpoint.of(monitor), Endpoint.of(host), Endpoint.of(cache));
        }

        /// Those of one VM, each at an address of its own.
        public static VmEndpoints at(
                Optional<HostPort> monitor, Optional<HostPort> host, Optional<HostPort> cache) {
            return new VmEndpoints(
                    monitor.map(MonitorConnection::door),
                    host.map(MetricsReader::page),
                    cache.map(MetricsReader::page));
        }
    }
}
