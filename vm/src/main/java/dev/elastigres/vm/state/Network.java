package dev.elastigres.vm.state;

import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.VmException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The network of a VM.
public sealed interface Network {

    /// Port of the monitor in the guest, for agents.
    int MONITOR_PORT = 10301;

    /// Port of the guest's metrics.
    int HOST_METRICS_PORT = 9100;

    /// Port of the metrics of Postgres' cache.
    int CACHE_METRICS_PORT = 9499;

    /// QEMU's user network. The guest reaches other hosts through sockets of this host; published
    /// ports are open on the loopback address. It needs no privileges. Connections from outside end
    /// when the VM migrates.
    ///
    /// @param published ports that are the same at each start
    /// @param agentPorts whether each start also opens the ports for agents, on any free ports
    record User(List<PublishedPort> published, boolean agentPorts) implements Network {
        public User {
            published = List.copyOf(published);
        }

        /// Creates a network with no other open ports than `published`.
        public User(List<PublishedPort> published) {
            this(published, false);
        }
    }

    /// A bridge of this host, which each QEMU of the VM joins with its own tap device. Connections
    /// survive a migration. It needs the right to create devices in this network namespace.
    ///
    /// @param bridge name of the bridge
    /// @param address address of the guest with the prefix length: `10.9.0.2/24`
    /// @param gateway the guest's default gateway; empty for none
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

    /// Returns QEMU's user network without open ports.
    static Network closed() {
        return new User(List.of());
    }

    /// Parses `user` or `tap:BRIDGE,ADDRESS/PREFIX[,GATEWAY]`.
    ///
    /// @param published ports to open; allowed for `user` only
    /// @param agentPorts whether `user` also opens the ports for agents
    static Network parse(String text, List<PublishedPort> published, boolean agentPorts)
            throws VmException.Refused {
        if (text.equals("user")) return new User(published, agentPorts);
        Matcher matcher = Tap.FORM.matcher(text);
        if (!matcher.matches()) {
            throw new VmException.Refused(
                    "\"%s\" is not a network; write user, or tap:BRIDGE,ADDRESS/PREFIX[,GATEWAY]"
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

    /// Returns the ports that are open on this host while the VM runs, without those for agents.
    default List<PublishedPort> publications() {
        return switch (this) {
            case User(var published, boolean _) -> published;
            case Tap _ -> List.of();
        };
    }

    /// Returns the guest's ports that each start opens for agents, without those that are
    /// published.
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

    /// Returns the kind of the network as one word.
    default String title() {
        return switch (this) {
            case User _ -> "user";
            case Tap _ -> "tap";
        };
    }

    /// Adds the description of the network to that of its VM.
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

    /// Returns the network that [#describedIn] has written. A description without a network means
    /// QEMU's user network.
    static Network from(Json.Obj json) {
        return switch (json.text("network").orElse("user")) {
            case "user" ->
                    new User(
                            json.list("published").stream()
                                    .flatMap(each -> PublishedPort.from(each).stream())
                                    .toList(),
                            // Absent for VMs that were created before this setting existed.
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
