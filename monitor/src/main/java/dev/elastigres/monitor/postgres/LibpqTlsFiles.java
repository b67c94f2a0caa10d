package dev.elastigres.monitor.postgres;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// libpq's defaults for the files in `~/.postgresql`.
final class LibpqTlsFiles {
    private LibpqTlsFiles() {}

    /// Uses an existing certificate and key by default. An existing root certificate makes
    /// `require` verify the server's certificate against it.
    static void addDefaults(Map<ConnectionKeyword, String> values, Path folder) {
        addIfThere(values, ConnectionKeyword.SSLROOTCERT, folder.resolve("root.crt"));
        addIfThere(values, ConnectionKeyword.SSLCERT, folder.resolve("postgresql.crt"));
        if (values.containsKey(ConnectionKeyword.SSLCERT))
            values.putIfAbsent(
                    ConnectionKeyword.SSLKEY, folder.resolve("postgresql.key").toString());
        if ("system".equals(values.get(ConnectionKeyword.SSLROOTCERT)))
            values.putIfAbsent(ConnectionKeyword.SSLMODE, "verify-full");
        values.putIfAbsent(ConnectionKeyword.SSLMODE, "prefer");
        if (values.containsKey(ConnectionKeyword.SSLROOTCERT))
            values.replace(ConnectionKeyword.SSLMODE, "require", "verify-ca");
    }

    private static void addIfThere(
            Map<ConnectionKeyword, String> values, ConnectionKeyword keyword, Path file) {
        if (Files.isRegularFile(file)) values.putIfAbsent(keyword, file.toString());
    }
}
