package dev.elastigres.agent.driver;

import dev.elastigres.agent.endpoint.Endpoint;
import dev.elastigres.agent.monitor.MonitorConnection;
import dev.elastigres.agent.pages.MetricsReader;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A running VM.
///
/// @param name unique on this host
/// @param life changes with each start; all earlier knowledge of the VM is void then
/// @param bounds the sizes that it can have
/// @param endpoints addresses of its monitor and metrics
/// @param oomKill the last kill of the whole VM for lack of memory, if its driver can detect it
public record DiscoveredVm(
        String name,
        String life,
        SizeBounds bounds,
        VmEndpoints endpoints,
        Optional<OomKill> oomKill) {

    /// Creates a VM without a known OOM kill.
    public DiscoveredVm(String name, String life, SizeBounds bounds, VmEndpoints endpoints) {
        this(name, life, bounds, endpoints, Optional.empty());
    }

    /// An OOM kill of the whole VM. Two different kills are never equal.
    ///
    /// @param limit of its memory at that time; empty if the limit was raised since
    public record OomKill(Optional<Bytes> limit, Instant at) {
        /// The time of a kill is measured with two clocks.
        private static final Duration TOLERANCE = Duration.ofSeconds(3);

        /// Returns whether both are reports of one kill: less than three seconds are between them.
        public boolean isSameAs(OomKill other) {
            return Duration.between(at, other.at).abs().compareTo(TOLERANCE) < 0;
        }

        /// Returns the kill for decisions.
        ///
        /// @param now the present moment
        /// @param clock the same moment by the wall clock
        public Event event(Moment now, Instant clock) {
            Duration ago = Duration.between(at, clock);
            // The clock of the observer of the kill may be ahead of this one.
            return new Event.OomKilled(limit, ago.isNegative() ? now : now.plus(ago.negated()));
        }
    }

    /// @param grain the smallest step of a size; `min` and `max` are multiples of it
    public record SizeBounds(Resources min, Resources max, Resources grain) {}

    /// @param monitor endpoint of vm-monitor for agents
    /// @param host metrics page of the machine
    /// @param cache metrics page of Postgres' cache
    public record VmEndpoints(Endpoint monitor, Endpoint host, Endpoint cache) {
        public static final VmEndpoints NONE =
                new VmEndpoints(Optional.empty(), Optional.empty(), Optional.empty());

        /// Creates endpoints from addresses; an empty address is not used.
        public VmEndpoints(Optional<URI> monitor, Optional<URI> host, Optional<URI> cache) {
            this(Endpoint.of(monitor), Endpoint.of(host), Endpoint.of(cache));
        }

        /// Creates the endpoints of a VM from the addresses of its monitor and pages.
        public static VmEndpoints at(
                Optional<HostPort> monitor, Optional<HostPort> host, Optional<HostPort> cache) {
            return new VmEndpoints(
                    monitor.map(MonitorConnection::agentEndpoint),
                    host.map(MetricsReader::page),
                    cache.map(MetricsReader::page));
        }
    }
}
