package dev.elastigres.platform.vm;

import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.agent.driver.DiscoveredVm.SizeBounds;
import dev.elastigres.agent.driver.DiscoveredVm.VmEndpoints;
import dev.elastigres.agent.endpoint.Endpoint;
import dev.elastigres.agent.monitor.MonitorConnection;
import dev.elastigres.agent.pages.MetricsReader;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.vm.ResizeRequest;
import dev.elastigres.vm.state.Network;
import dev.elastigres.vm.state.VmRun;
import dev.elastigres.vm.state.VmSpec;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;

/// Translates the sizes and endpoints of QEMU machines into those of the agent.
final class QemuSizes {
    private static final String LOOPBACK = "127.0.0.1";

    private QemuSizes() {}

    static DiscoveredVm found(VmSpec spec, VmRun run, String life) {
        var bounds =
                new SizeBounds(
                        new Resources(spec.cpus().min(), spec.memory().min()),
                        new Resources(spec.cpus().max(), spec.memory().max()),
                        QemuDriver.GRAIN);
        return new DiscoveredVm(spec.name(), life, bounds, doors(spec, run));
    }

    private static VmEndpoints doors(VmSpec spec, VmRun run) {
        return new VmEndpoints(
                endpoint(spec, run, Network.MONITOR_PORT, MonitorConnection::agentEndpoint),
                endpoint(spec, run, Network.HOST_METRICS_PORT, MetricsReader::page),
                endpoint(spec, run, Network.CACHE_METRICS_PORT, MetricsReader::page));
    }

    /// Returns the endpoint of the guest's `port` on this host, if it can be reached.
    private static Endpoint endpoint(
            VmSpec spec, VmRun run, int port, Function<HostPort, URI> address) {
        Optional<HostPort> there =
                switch (spec.network()) {
                    case Network.User _ ->
                            run.publications(spec).stream()
                                    .filter(it -> it.guestPort() == port)
                                    .map(it -> new HostPort(LOOPBACK, it.hostPort()))
                                    .findFirst();
                    case Network.Tap(String _, String own, Optional<String> _) ->
                            Optional.of(new HostPort(own.substring(0, own.indexOf('/')), port));
                };
        String logs = "`elastigres vm logs %s` shows what its monitor says".formatted(spec.name());
        return there.<Endpoint>map(it -> new Endpoint.Available(address.apply(it), logs))
                .orElseGet(() -> new Endpoint.Unreachable(closed(spec, port)));
    }

    /// Returns why a port of the guest is not open on this host, with a remedy.
    private static String closed(VmSpec spec, int port) {
        String name = spec.name();
        String remedy =
                spec.network().guestPortsForAgents().contains(port)
                        ? "`elastigres vm stop %s` and `elastigres vm start %s` open it"
                                .formatted(name, name)
                        : "create the VM without --no-agent-ports, or with --publish 0:" + port;
        return "port %d of its guest is not published on this host: %s".formatted(port, remedy);
    }

    static int wholeCpus(Resources size) {
        return (int) Math.ceil(size.vcpus());
    }

    /// @param cpus the requested CPUs, which are online before the wait for memory
    static ResizeOutcome outcome(
            ResizeRequest.MachineResizeOutcome outcome, int cpus, Bytes memory) {
        return switch (outcome) {
            case ResizeRequest.MachineResizeOutcome.Done _ ->
                    new ResizeOutcome.Done(new Resources(cpus, memory));
            case ResizeRequest.MachineResizeOutcome.Growing(Bytes current, Bytes _) ->
                    new ResizeOutcome.Partial(new Resources(cpus, current));
            case ResizeRequest.MachineResizeOutcome.Short(Bytes current, Bytes _, Bytes _) ->
                    new ResizeOutcome.Partial(new Resources(cpus, current));
            case ResizeRequest.MachineResizeOutcome.Requested _ ->
                    throw new IllegalStateException("nobody waited for the memory");
        };
    }
}
