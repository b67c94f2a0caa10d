package dev.elastigres.monitor.postgres;

import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/// A socket factory for the JDBC driver, which creates only unconnected sockets.
abstract class UnconnectedSocketFactory extends SocketFactory {

    @Override
    public abstract Socket createSocket();

    @Override
    public Socket createSocket(String host, int port) {
        throw connected();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) {
        throw connected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw connected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
        throw connected();
    }

    private static UnsupportedOperationException connected() {
        return new UnsupportedOperationException("only sockets that are not connected yet");
    }
}
