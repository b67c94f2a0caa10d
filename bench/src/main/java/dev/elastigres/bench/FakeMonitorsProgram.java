package dev.elastigres.bench;

import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.http.Reply;
import dev.elastigres.daemon.http.Request;
import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.http.ServerLimits;
import dev.elastigres.daemon.settings.HostPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Serves the monitors and the metrics pages of many VMs, in a separate process. It prints `ready`
/// and its ports, then reads commands until the end of its input. At `ask N`, the monitor of VM N
/// requests more, and the program prints `asked N NANOS` with the monotonic time of the request.
///
/// A hundred VMs share a port and are distinguished by the loopback address of the connection. So
/// a VM needs no listening socket of its own, and the number of waiting clients of each socket
/// stays within its backlog.
final class FakeMonitorsProgram {
    private static final int VMS_A_PORT = 100;
    private static final String EVERY_ADDRESS = "0.0.0.0";
    private static final String LOOPBACK = "127.";

    /// A new agent may connect before the connections of the last one are closed, and it also
    /// reads pages.
    private static final int CONNECTIONS_A_VM = 4;

    private final IdleMetricsPage machine = new IdleMetricsPage();
    private final List<FakeMonitor> peers = new ArrayList<>();
    private final Map<String, FakeMonitor> byEndpoint = new ConcurrentHashMap<>();

    private FakeMonitorsProgram() {}

    /// @param args the number of VMs
    public static void main(String[] args) throws IOException {
        var program = new FakeMonitorsProgram();
        try {
            List<Integer> ports = program.listen(Integer.parseInt(args[0]));
            say(ports.stream().map(String::valueOf).collect(Collectors.joining(" ", "ready ", "")));
        } catch (ListenException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
        program.runCommands();
    }

    /// Returns the endpoint of VM `index`.
    ///
    /// @param ports that are listened on
    static HostPort endpoint(int index, List<Integer> ports) {
        return new HostPort(
                LOOPBACK + "0.0." + (index % VMS_A_PORT + 1), ports.get(index / VMS_A_PORT));
    }

    private List<Integer> listen(int vms) throws ListenException {
        var routes =
                Routes.NONE
                        .with("/monitor", request -> reply(request, FakeMonitor::session))
                        .with("/metrics", request -> reply(request, _ -> machine.page()));
        var limits = ServerLimits.DEFAULT.withPendingConnections(CONNECTIONS_A_VM * VMS_A_PORT);
        var ports = new ArrayList<Integer>();
        for (int index = 0; index < vms; index++) {
            if (index % VMS_A_PORT == 0) {
                var server =
                        HttpServer.start(
                                new InetSocketAddress(EVERY_ADDRESS, 0),
                                routes,
                                limits,
                                (what, where, cause) ->
                                        System.err.println(what + ": " + where + ": " + cause));
                ports.add(server.address().getPort());
            }
            var peer = new FakeMonitor();
            peers.add(peer);
            byEndpoint.put(endpoint(index, ports).toString(), peer);
        }
        return ports;
    }

    /// Returns a page. The ports are open to other machines, too, which get none.
    private Reply reply(Request request, Function<FakeMonitor, Reply> answer) {
        FakeMonitor peer = byEndpoint.get(request.header("Host").orElse(""));
        return peer != null && request.peer().startsWith(LOOPBACK)
                ? answer.apply(peer)
                : Response.text(404, "no VM is here");
    }

    private void runCommands() throws IOException {
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            int index = Integer.parseInt(line.substring("ask ".length()));
            say("asked " + index + " " + peers.get(index).askForMore());
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
