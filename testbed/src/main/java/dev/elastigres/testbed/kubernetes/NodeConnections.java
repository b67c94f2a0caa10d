package dev.elastigres.testbed.kubernetes;

import dev.elastigres.testbed.TestbedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The connections between an API server and nodes that cannot reach each other directly: those of
/// the API server to kubelets, and those of nodes and pods to the API server's service. Not for use
/// by several threads at once.
public final class NodeConnections implements AutoCloseable {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

    private final Path socket;
    private final InetSocketAddress apiServer;
    private @Nullable ConnectProxy proxy;
    private @Nullable ServiceRelay relay;

    /// @param socket of the proxy through which the API server reaches kubelets
    /// @param port of the API server on the loopback address
    NodeConnections(Path socket, int port) {
        this.socket = socket;
        apiServer = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /// Opens the proxy to the kubelets.
    void open() throws TestbedException {
        try {
            proxy = ConnectProxy.open(socket, CALL_TIMEOUT);
        } catch (IOException e) {
            throw new TestbedException("cannot open " + socket, e);
        }
    }

    /// Tells the API server the address of a node's kubelet, for `kubectl exec`, `logs` and
    /// `port-forward`.
    public void reach(String node, InetSocketAddress kubelet) {
        if (proxy == null) throw new IllegalStateException("the control plane has no proxy");
        proxy.lead(node + ":" + ControlPlane.KUBELET_PORT, kubelet);
    }

    /// Makes the API server reachable at the address of its service. The address must be one of
    /// this machine. Ends with the control plane.
    ///
    /// @param clients tests the address of a client; others are turned away
    public void openService(Predicate<InetAddress> clients) throws TestbedException {
        var service =
                new InetSocketAddress(
                        InetAddress.ofLiteral(ControlPlane.SERVICE_ADDRESS),
                        ControlPlane.SERVICE_PORT);
        try {
            relay = ServiceRelay.open(service, clients, apiServer);
        } catch (IOException e) {
            throw new TestbedException("cannot listen on " + service, e);
        }
    }

    @Override
    public void close() throws IOException {
        if (proxy != null) proxy.close();
        if (relay != null) relay.close();
    }
}
