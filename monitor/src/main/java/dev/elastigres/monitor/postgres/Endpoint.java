package dev.elastigres.monitor.postgres;

import java.nio.file.Path;

/// A place where a Postgres may listen.
sealed interface Endpoint {

    /// Its port; a Unix socket's name ends with it, too.
    int port();

    /// As libpq matches it in a password file.
    String passwordHost();

    /// A host over TCP.
    ///
    /// @param host a name or an address
    record Tcp(String host, int port) implements Endpoint {
        @Override
        public String passwordHost() {
            return host;
        }

        @Override
        public String toString() {
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        }
    }

    /// A Unix socket.
    ///
    /// @param folder where the socket is
    record Unix(Path folder, int port) implements Endpoint {
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
