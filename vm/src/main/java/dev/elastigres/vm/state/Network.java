package dev.elastigres.vm.state;

import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.VmException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// How a VM reaches others and is reached.
public sealed interface Network {

    /// Where the monitor in the guest speaks with agents.
    int MONITOR_PORT = 10301;

    /// Where the guest's metrics are.
    int HOST_METRICS_PORT = 9100;

    /// Where the metrics of Postgres' cache are.
    int CACHE_METRICS_PORT = 9499;

    /// QEMU's own network. The guest goes out through sockets of this host; ports of it are open on
    /// the loopback address. Needs no rights; connections from outside end when the VM moves.
    ///
    /// @param published ports that stay the same
    /// @param agentPorts whether each start also opens what an agent needs, on any free ports
    record User(List<PublishedPort> published, boolean agentPorts) implements Network {
        public User {
            published = List.copyOf(published);
        }

        /// With no other port open than `published`.
        public User(List<PublishedPort> published) {
            this(published, false);
        }
    }

    /// A bridge of this host, which each QEMU of the VM joins with a tap device of its own.
    /// Connections survive a move. Needs the right to make devices in this network namespace.
    /// @param address the guest's, with the length of its prefix: `10.9.0.2/24`
    record Tap(String bridge, String address, Optional<String> gateway) implements Network {
        private static final String NUMBER = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
        private static final String IP = NUMBER + "(?:\\." + NUMBER + "){3}";
        private static final Pattern FORM =
                Pattern.compile(
                        "tap:([\\w.-]{1,15}),(%1$s/(?:[1-9]|[12]\\d|3[0-2]))(?:,(%1$s))?"
                                .formatted(IP));

        public Tap {
            if (!FORM.matcher(text(bridge, address, gateway)).matches())
                throw new IllegalArgumentException("no network");
        }

        private static String text(String bridge, String address, Optional<String> gateway) {
            return "tap:" + bridge + "," + address + gateway.map(it -> "," + it).orElse("");
        }

        @Override
        public String toString() {
            return text(bridge, address, gateway);
        }
    }

    /// QEMU's own, with no port open.
    static Network closed() {
        return new User(List.of());
    }

    /// `user`, or `tap:BRIDGE,ADDRESS/PREFIX` with `,GATEWAY` behind it or not.
    /// @param published ports to open, which only `user` has
    /// @param agentPorts whether `user` opens those that an agent needs, too
    static Network parse(String text, List<PublishedPort> published, boolean agentPorts)
            throws VmException.Refused {
        if (text.equals("user")) return new User(published, agentPorts);
        Matcher matcher = Tap.FORM.matcher(text);
        if (!matcher.matches()) {
            throw new VmException.Refused(
                    "\"%s\" is no network; write user, or tap:BRIDGE,ADDRESS/PREFIX[,GATEWAY]"
                            .formatted(text));
        }
        if (!published.isEmpty()) {
            throw new VmException.Refused(
                    "with --network tap the guest is reached at its own address: leave out --publish");
        }
        if (!agentPorts) {
            throw new VmException.Refused(
                    "with --network tap the guest is reached at its own address: leave out"
                            + " --no-agent-ports");
        }
        return new Tap(matcher.group(1), matcher.group(2), Optional.ofNullable(matcher.group(3)));
    }

    /// The ports that are open on this host while the VM runs, save those for agents.
    default List<PublishedPort> publications() {
        return switch (this) {
            case User(var published, boolean _) -> published;
            case Tap _ -> List.of();
        };
    }

    /// The guest's ports that each start opens for agents: those that are not published anyway.
    default List<Integer> guestPortsForAgents() {
        return switch (this) {
            case User(var published, boolean open) when open ->
                    Stream.of(MONITOR_PORT, HOST_METRICS_PORT, CACHE_METRICS_PORT)
                            .filter(
                                    port ->
                                            published.stream()
                                                    .noneMatch(it -> it.guestPort() == port))
                            .toList();
            case User _, Tap _ -> List.of();
        };
    }

    /// One word for its kind.
    default String title() {
        return switch (this) {
            case User _ -> "user";
            case Tap _ -> "tap";
        };
    }

    /// Adds what describes it to the object that describes its VM.
    default Json.Obj describedIn(Json.Obj json) {
        var ports = publications().stream().<Json>map(PublishedPort::json).toList();
        var described = json.with("published", new Json.Arr(ports)).with("network", title());
        return switch (this) {
            case User(var _, boolean open) ->
                    described
                            .with("agent_ports", new Json.Bool(open))
                            .with("bridge", new Json.Null())
                            .with("address", new Json.Null())
                            .with("gateway", new Json.Null());
            case Tap(var bridge, var address, var gateway) ->
                    described
                            .with("agent_ports", new Json.Null())
                            .with("bridge", bridge)
                            .with("address", address)
                            .with(
                                    "gateway",
                                    gateway.<Json>map(Json.Str::new).orElse(new Json.Null()));
        };
    }

    /// What [#describedIn] has written; a description without a network means QEMU's own.
    static Network from(Json.Obj json) {
        return switch (json.text("network").orElse("user")) {
            case "user" ->
                    new User(
                            json.list("published").stream()
                                    .flatMap(each -> PublishedPort.from(each).stream())
                                    .toList(),
                            // Not said: made before VMs had any.
                            !json.get("agent_ports").equals(Optional.of(new Json.Bool(false))));
            case "tap" ->
                    new Tap(
                            json.text("bridge").orElseThrow(),
                            json.text("address").orElseThrow(),
                            json.text("gateway"));
            default -> throw new IllegalArgumentException("no such network");
        };
    }
}
