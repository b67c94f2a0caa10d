package dev.elastigres.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Where the programs of a Postgres are.
///
/// @param name for people: `embedded 17.11.0`, `debian 15`
/// @param bin the folder with `postgres` and `initdb`
public record PostgresPrograms(String name, Path bin) {
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    /// The Postgres that comes from Maven Central, unpacked once a version into the user's cache.
    public static PostgresPrograms embedded() throws TestbedException {
        return EmbeddedBinaries.unpacked();
    }

    /// The newest Postgres that Debian's packages have installed.
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

    /// Debian's Postgres of this major version, when it is installed.
    public static Optional<PostgresPrograms> debian(int major) {
        Path bin = DEBIAN.resolve(major + "/bin");
        return Files.isExecutable(bin.resolve("postgres"))
                        && Files.isExecutable(bin.resolve("initdb"))
                ? Optional.of(new PostgresPrograms("debian " + major, bin))
                : Optional.empty();
    }
}
