package dev.elastigres.inspect.doctor;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.elastigres.inspect.doctor.DoctorCheck.CheckTopic;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;

/// Checks whether the default ports of the daemons are free.
///
/// @param ports the ports, each with its use
record PortChecks(List<UsedPort> ports) {
    static final PortChecks DEFAULT =
            new PortChecks(
                    List.of(
                            new UsedPort(10400, "agent's pages", "--addr", "elastigres_agent_"),
                            new UsedPort(10301, "monitor", "--addr", "elastigres_monitor_"),
                            new UsedPort(9100, "host metrics", "--metrics.host-addr", "host_load1"),
                            new UsedPort(9499, "cache metrics", "--metrics.cache-addr", "lfc_")));

    private static final int TIMEOUT_MILLIS = 1000;

    /// Maximum number of characters that are searched for a metric.
    private static final int MAX_PAGE = 64 * 1024;

    /// @param flag flag that sets another port
    /// @param metric start of a metric that its daemon serves there
    record UsedPort(int port, String use, String flag, String metric) {}

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
            if (serves(port))
                return DoctorCheck.ok(
                        CheckTopic.PORTS, name, "serves the %s already".formatted(port.use));
            return DoctorCheck.warning(
                    CheckTopic.PORTS,
                    name,
                    "not free for the %s: %s".formatted(port.use, e.getMessage()),
                    "`ss -ltnp sport = :%d` shows the process, %s sets another port"
                            .formatted(port.port, port.flag));
        }
    }

    /// Returns whether the daemon that the port is for answers there. The cache's page is empty
    /// without Neon's file cache.
    private static boolean serves(UsedPort port) {
        try {
            var request =
                    (HttpURLConnection)
                            URI.create("http://127.0.0.1:%d/metrics".formatted(port.port))
                                    .toURL()
                                    .openConnection(Proxy.NO_PROXY);
            request.setConnectTimeout(TIMEOUT_MILLIS);
            request.setReadTimeout(TIMEOUT_MILLIS);
            request.setInstanceFollowRedirects(false);
            try (InputStream body = request.getInputStream()) {
                String page = new String(body.readNBytes(MAX_PAGE), US_ASCII);
                return page.isBlank() || page.lines().anyMatch(it -> it.startsWith(port.metric));
            } finally {
                request.disconnect();
            }
        } catch (IOException _) {
            return false;
        }
    }
}
