package dev.elastigres.monitor.postgres;

import java.nio.file.Path;
import java.util.Optional;

/// A place where a Postgres may listen.
sealed interface PostgresEndpoint {

    /// Its port; a Unix socket's name ends with it, too.
    int port();

    /// As libpq matches it in a password file.
    String passwordHost();

    /// A host over TCP.
    ///
    /// @param host a name or an address: what a certificate must be for
    /// @param address where it is, when that is not to be looked up by the host
    record Tcp(String host, Optional<String> address, int port) implements PostgresEndpoint {
        /// What is connected to.
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
    /// @param folder where the socket is
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
