package dev.elastigres.monitor.postgres;

import java.nio.file.Path;
import java.util.Optional;

/// An address at which a Postgres may listen.
sealed interface PostgresEndpoint {

    /// Returns the port, which is also part of a Unix socket's file name.
    int port();

    /// Returns the host as libpq matches it in a password file.
    String passwordHost();

    /// A TCP endpoint.
    ///
    /// @param host name or address that the server's certificate must match
    /// @param address the address to connect to; empty to look up `host`
    /// @param port TCP port
    record Tcp(String host, Optional<String> address, int port) implements PostgresEndpoint {
        /// Returns the name or address to connect to.
        String place() {
            return address.orElse(host);
        }

        @Override
        public String passwordHost() {
            return host;
        }

        @Override
        public String toString() {
            String place = place();
            return (place.indexOf(':') < 0 ? place : "[" + place + "]") + ":" + port;
        }
    }

    /// A Unix socket.
    ///
    /// @param folder directory of the socket
    /// @param port number in the socket's file name
    record Unix(Path folder, int port) implements PostgresEndpoint {
        static final Path DEBIAN = Path.of("/var/run/postgresql");
        static final Path UPSTREAM = Path.of("/tmp");

        Path socket() {
            return folder.resolve(".s.PGSQL." + port);
        }

        @Override
        public String passwordHost() {
            boolean usual = folder.equals(DEBIAN) || folder.equals(UPSTREAM);
            return usual ? "localhost" : folder.toString();
        }

        @Override
        public String toString() {
            return folder + ":" + port;
        }
    }
}
