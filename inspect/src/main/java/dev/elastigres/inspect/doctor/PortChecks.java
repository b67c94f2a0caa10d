package dev.elastigres.inspect.doctor;

import dev.elastigres.inspect.doctor.DoctorCheck.CheckTopic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;

/// Checks whether the default ports of the daemons are free.
///
/// @param ports the ports, each with its use
record PortChecks(List<UsedPort> ports) {
    static final PortChecks DEFAULT =
            new PortChecks(
                    List.of(
                            new UsedPort(10400, "agent's pages", "--address"),
                            new UsedPort(10301, "monitor", "--addr"),
                            new UsedPort(9100, "host metrics", "--metrics.host-addr"),
                            new UsedPort(9499, "cache metrics", "--metrics.cache-addr")));

    /// @param flag flag that sets another port
    record UsedPort(int port, String use, String flag) {}

    List<DoctorCheck> run() {
        return ports.stream().map(PortChecks::check).toList();
    }

    private static DoctorCheck check(UsedPort port) {
        String name = String.valueOf(port.port);
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port.port));
            return DoctorCheck.ok(CheckTopic.PORTS, name, "free for the " + port.use);
        } catch (IOException e) {
            return DoctorCheck.warning(
                    CheckTopic.PORTS,
                    name,
                    "not free for the %s: %s".formatted(port.use, e.getMessage()),
                    "unless the daemon itself runs: `ss -ltnp sport = :%d` shows the process, %s sets another port"
                            .formatted(port.port, port.flag));
        }
    }
}
