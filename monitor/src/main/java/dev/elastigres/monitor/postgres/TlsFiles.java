package dev.elastigres.monitor.postgres;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// libpq's habits with the files of `~/.postgresql`.
final class TlsFiles {
    private TlsFiles() {}

    /// A certificate or key that is there is used without being named. A root certificate that is
    /// there makes `require` check the server against it.
    static void addDefaults(Map<Keyword, String> values, Path folder) {
        addIfThere(values, Keyword.SSLROOTCERT, folder.resolve("root.crt"));
        addIfThere(values, Keyword.SSLCERT, folder.resolve("postgresql.crt"));
        if (values.containsKey(Keyword.SSLCERT))
            values.putIfAbsent(Keyword.SSLKEY, folder.resolve("postgresql.key").toString());
        if ("system".equals(values.get(Keyword.SSLROOTCERT)))
            values.putIfAbsent(Keyword.SSLMODE, "verify-full");
        values.putIfAbsent(Keyword.SSLMODE, "prefer");
        if (values.containsKey(Keyword.SSLROOTCERT))
            values.replace(Keyword.SSLMODE, "require", "verify-ca");
    }

    private static void addIfThere(Map<Keyword, String> values, Keyword keyword, Path file) {
        if (Files.isRegularFile(file)) values.putIfAbsent(keyword, file.toString());
    }
}
