package dev.elastigres.testbed;

import dev.elastigres.host.file.FileTrees;
import dev.elastigres.testbed.process.OrphanReaper;
import dev.elastigres.testbed.process.ToolRunner;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// A C extension with the settings, the statistics view and the working-set function of Neon's
/// Postgres. It is built for one Postgres into a temporary folder that [#close()] removes. The
/// build needs `gcc` and the server's headers.
public final class FakeNeonExtension implements AutoCloseable {
    private final Path folder;

    private FakeNeonExtension(Path folder) {
        this.folder = folder;
    }

    /// Compiles the extension with the headers that the distribution's `pg_config` names.
    public static FakeNeonExtension build(PostgresPrograms distribution) throws TestbedException {
        Path folder = null;
        try {
            folder = Files.createTempDirectory("elastigres-neon-");
            OrphanReaper.watch(folder);
            // The servers may run as another user.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            var built = new FakeNeonExtension(folder);
            built.compile(distribution);
            return built;
        } catch (IOException | TestbedException e) {
            if (folder != null) new FakeNeonExtension(folder).closeAfter(e);
            throw new TestbedException(
                    "cannot build the neon stand-in for " + distribution.name(), e);
        }
    }

    private void compile(PostgresPrograms distribution) throws IOException, TestbedException {
        Path source = folder.resolve("neon.c");
        Files.writeString(source, resource("neon.c"));
        String config = distribution.bin().resolve("pg_config").toString();
        String headers =
                ToolRunner.run("pg_config", folder, List.of(config, "--includedir-server")).strip();
        ToolRunner.run(
                "gcc",
                folder,
                List.of(
                        "gcc",
                        "-O2",
                        "-Wall",
                        "-Werror",
                        "-fPIC",
                        "-shared",
                        "-I" + headers,
                        "-o",
                        library().toString(),
                        source.toString()));
        Files.setPosixFilePermissions(library(), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path library() {
        return folder.resolve("neon.so");
    }

    /// Returns `options` with the library loaded and both of its settings set.
    ///
    /// @param maximum maximum size of the file cache, in MiB
    /// @param limit size limit of the file cache, in MiB
    public PostgresServerOptions loadedInto(PostgresServerOptions options, int maximum, int limit) {
        return options.withSetting("shared_preload_libraries", library().toString())
                .withSetting("neon.max_file_cache_size", maximum + "MB")
                .withSetting("neon.file_cache_size_limit", limit + "MB");
    }

    /// Returns the statements that create the schema, view and functions in one database. They
    /// replace `CREATE EXTENSION`, because nothing is installed in Postgres' extension folder.
    public String sql() throws TestbedException {
        try {
            return resource("neon.sql").replace("MODULE_PATHNAME", library().toString());
        } catch (IOException e) {
            throw new TestbedException("cannot read the SQL of the neon stand-in", e);
        }
    }

    @Override
    public void close() throws TestbedException {
        try {
            FileTrees.delete(folder);
        } catch (IOException e) {
            throw new TestbedException("cannot remove " + folder, e);
        }
    }

    private void closeAfter(Exception failure) {
        try {
            close();
        } catch (TestbedException e) {
            failure.addSuppressed(e);
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = FakeNeonExtension.class.getResourceAsStream("neon/" + name)) {
            if (in == null) throw new FileNotFoundException(name);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
