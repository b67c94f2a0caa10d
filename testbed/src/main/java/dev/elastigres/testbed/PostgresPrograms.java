package dev.elastigres.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The programs of a Postgres distribution.
///
/// @param name name for messages: `embedded 17.11.0`, `debian 15`
/// @param bin the folder with `postgres` and `initdb`
public record PostgresPrograms(String name, Path bin) {
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    /// Returns the Postgres from Maven Central, which is unpacked once for each version into the
    /// user's cache.
    public static PostgresPrograms embedded() throws TestbedException {
        return EmbeddedBinaries.unpacked();
    }

    /// Returns the newest Postgres from Debian's packages; empty if none is installed.
    public static Optional<PostgresPrograms> debian() {
        if (!Files.isDirectory(DEBIAN)) return Optional.empty();
        try (var versions = Files.list(DEBIAN)) {
            List<Integer> majors =
                    versions.map(path -> path.getFileName().toString())
                            .filter(name -> name.matches("\\d{1,3}"))
                            .map(Integer::valueOf)
                            .sorted(Comparator.reverseOrder())
                            .toList();
            return majors.stream()
                    .map(PostgresPrograms::debian)
                    .flatMap(Optional::stream)
                    .findFirst();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /// Returns Debian's Postgres of this major version; empty if it is not installed.
    public static Optional<PostgresPrograms> debian(int major) {
        Path bin = DEBIAN.resolve(major + "/bin");
        return Files.isExecutable(bin.resolve("postgres"))
                        && Files.isExecutable(bin.resolve("initdb"))
                ? Optional.of(new PostgresPrograms("debian " + major, bin))
                : Optional.empty();
    }
}
