package dev.elastigres.vm.state;

import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.VmException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A TCP port of the guest that is open on this host's loopback address.
public record PublishedPort(int hostPort, int guestPort) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,5}):(\\d{1,5})");

    public PublishedPort {
        if (hostPort < 1 || hostPort > 65535 || guestPort < 1 || guestPort > 65535) {
            throw new IllegalArgumentException("no ports");
        }
    }

    /// Parses ports: `15432:5432`. `0:5432` chooses a free port of this host.
    public static PublishedPort parse(String text) throws VmException {
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            int host = Integer.parseInt(matcher.group(1));
            int guest = Integer.parseInt(matcher.group(2));
            if (host <= 65535 && guest >= 1 && guest <= 65535) {
                return new PublishedPort(host == 0 ? freePort() : host, guest);
            }
        }
        throw new VmException.Refused(
                "\"%s\" names no ports; write HOST:GUEST, such as 15432:5432".formatted(text));
    }

    private static int freePort() throws VmException.Failed {
        return free(List.of(1)).getFirst().hostPort();
    }

    /// Returns each of these ports of the guest with a different port of this host that is free
    /// now.
    public static List<PublishedPort> free(List<Integer> guestPorts) throws VmException.Failed {
        var sockets = new ArrayList<ServerSocket>();
        try {
            var published = new ArrayList<PublishedPort>();
            for (int guestPort : guestPorts) {
                var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(socket);
                published.add(new PublishedPort(socket.getLocalPort(), guestPort));
            }
            return published;
        } catch (IOException e) {
            throw new VmException.Failed("no free port", e);
        } finally {
            sockets.forEach(PublishedPort::close);
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // The socket no longer listens.
        }
    }

    public Json.Obj json() {
        return Json.object().with("host_port", hostPort).with("guest_port", guestPort);
    }

    static Optional<PublishedPort> from(Json json) {
        if (!(json instanceof Json.Obj object)) return Optional.empty();
        long host = object.whole("host_port").orElse(0);
        long guest = object.whole("guest_port").orElse(0);
        return host < 1 || host > 65535 || guest < 1 || guest > 65535
                ? Optional.empty()
                : Optional.of(new PublishedPort((int) host, (int) guest));
    }
}
