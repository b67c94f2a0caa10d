package dev.elastigres.cluster;

import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.ControlPlane;
import dev.elastigres.testbed.process.OrphanReaper;
import dev.elastigres.testbed.process.ToolRunner;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The network of a cluster's nodes on this machine. A bridge joins them, each with a network
/// namespace of its own; this machine reaches all nodes and pods by their addresses, and they reach
/// the API server by the address of its service. Nothing is translated and nothing is forwarded by
/// this machine, so no setting of it changes. Closing removes the bridge.
final class HostNetwork implements AutoCloseable {
    /// Maximum number of nodes.
    static final int MAX = 9;

    private static final String GATEWAY = "10.89.0.1";
    private static final int PREFIX = 24;
    private static final String NODES = "10.89.";
    private static final String PODS = "10.88.";
    private static final String SERVICE = ControlPlane.SERVICE_ADDRESS + "/32";

    private static final Path LINKS = Path.of("/sys/class/net");

    private final String bridge;

    /// The links to the nodes.
    private final List<String> links = new ArrayList<>();

    private HostNetwork(String bridge) {
        this.bridge = bridge;
    }

    /// Makes the bridge and opens the service of the API server on it.
    ///
    /// @throws TestbedException if an address is in use here, as by another cluster
    static HostNetwork open(ControlPlane plane) throws TestbedException {
        String taken = ip("-oneline", "address");
        String routes = ip("route");
        for (String each : List.of(NODES, PODS, ControlPlane.SERVICE_ADDRESS))
            if (taken.contains(" " + each) || routes.lines().anyMatch(it -> it.startsWith(each)))
                throw new TestbedException(
                        "addresses in %s are used on this machine already, perhaps by another"
                                        .formatted(each)
                                + " cluster; \"ip address\" and \"ip route\" show by what");
        var network = new HostNetwork("elg%d".formatted(ProcessHandle.current().pid()));
        OrphanReaper.watchLink(network.bridge);
        try {
            ip("link", "add", network.bridge, "type", "bridge");
            ip("address", "add", GATEWAY + "/" + PREFIX, "dev", network.bridge);
            ip("address", "add", SERVICE, "dev", network.bridge);
            ip("link", "set", network.bridge, "up");
            plane.nodes().openService(HostNetwork::isInside);
            return network;
        } catch (TestbedException e) {
            try {
                network.close();
            } catch (TestbedException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    /// Returns whether an address is one of a node, a pod or this machine.
    private static boolean isInside(InetAddress address) {
        String text = address.getHostAddress();
        return text.startsWith(NODES)
                || text.startsWith(PODS)
                || text.equals(ControlPlane.SERVICE_ADDRESS);
    }

    /// Returns the address of a node.
    ///
    /// @param number from 1 to [#MAX]
    static String address(int number) {
        return "10.89.0.1%d".formatted(number);
    }

    /// Returns the network of a node's pods.
    static String pods(int number) {
        return PODS + number + ".0/24";
    }

    /// Connects the network namespace of a process as that of a node. There, the interface is
    /// `eth0`; [#script(int)] sets it up.
    void attach(int number, long pid) throws TestbedException {
        String link = bridge + "n" + number;
        ip(
                "link",
                "add",
                link,
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                Long.toString(pid));
        links.add(link);
        ip("link", "set", link, "master", bridge, "up");
        ip("route", "add", pods(number), "via", address(number));
    }

    /// Returns the shell script that sets up the network inside the namespace of a node.
    static String script(int number) {
        var script =
                new StringBuilder(
                        NodeImageFiles.resource("host-network.sh")
                                .formatted(address(number) + "/" + PREFIX, GATEWAY));
        for (int other = 1; other <= MAX; other++)
            if (other != number)
                script.append("ip route add %s via %s\n".formatted(pods(other), address(other)));
        return script.toString();
    }

    private static String ip(String... words) throws TestbedException {
        var command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        return ToolRunner.run("ip " + words[0], Path.of("/"), command);
    }

    @Override
    public void close() throws TestbedException {
        for (String link : links) remove(link);
        remove(bridge);
    }

    /// Removes a link. The kernel removes that of a node by itself, some time after the node ended.
    private static void remove(String link) throws TestbedException {
        if (!Files.exists(LINKS.resolve(link))) return;
        try {
            ip("link", "delete", link);
        } catch (TestbedException e) {
            if (Files.exists(LINKS.resolve(link))) throw e;
        }
    }
}
