package dev.elastigres.platform.vm;

import dev.elastigres.agent.driver.Found;
import dev.elastigres.agent.driver.Found.Bounds;
import dev.elastigres.agent.driver.Found.Doors;
import dev.elastigres.core.agent.Outcome;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.vm.Resize;
import dev.elastigres.vm.state.MemoryRange;
import dev.elastigres.vm.state.Network;
import dev.elastigres.vm.state.VmSpec;
import java.util.Optional;

/// QEMU machines in the agent's terms.
final class VmSizes {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int MONITOR_PORT = 10301;
    private static final int HOST_METRICS_PORT = 9100;
    private static final int CACHE_METRICS_PORT = 9499;

    /// CPUs are switched whole, memory comes in blocks.
    private static final Resources GRAIN = new Resources(1, MemoryRange.BLOCK);

    private VmSizes() {}

    static Found found(VmSpec spec, String life) {
        var bounds =
                new Bounds(
                        new Resources(spec.cpus().min(), spec.memory().min()),
                        new Resources(spec.cpus().max(), spec.memory().max()),
                        GRAIN);
        var doors =
                Doors.at(
                        door(spec.network(), MONITOR_PORT),
                        door(spec.network(), HOST_METRICS_PORT),
                        door(spec.network(), CACHE_METRICS_PORT));
        return new Found(spec.name(), life, bounds, doors);
    }

    /// Where the guest's `port` is reached from this host, if it is.
    private static Optional<HostPort> door(Network network, int port) {
        return switch (network) {
            case Network.User(var published) ->
                    published.stream()
                            .filter(it -> it.guestPort() == port)
                            .map(it -> new HostPort(LOOPBACK, it.hostPort()))
                            .findFirst();
            case Network.Tap(String _, String address, Optional<String> _) ->
                    Optional.of(new HostPort(address.substring(0, address.indexOf('/')), port));
        };
    }

    static int wholeCpus(Resources size) {
        return (int) Math.ceil(size.vcpus());
    }

    /// @param cpus that were asked for: they are there before memory is waited for
    static Outcome outcome(Resize.Outcome outcome, int cpus, Bytes memory) {
        return switch (outcome) {
            case Resize.Outcome.Done _ -> new Outcome.Done(new Resources(cpus, memory));
            case Resize.Outcome.Growing(Bytes has, Bytes _) ->
                    new Outcome.Partial(new Resources(cpus, has));
            case Resize.Outcome.Short(Bytes has, Bytes _, Bytes _) ->
                    new Outcome.Partial(new Resources(cpus, has));
            case Resize.Outcome.Asked _ ->
                    throw new IllegalStateException("nobody waited for the memory");
        };
    }
}
