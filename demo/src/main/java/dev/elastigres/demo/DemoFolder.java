package dev.elastigres.demo;

import dev.elastigres.testbed.process.OrphanReaper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// The demo's own files, in a folder that only its user can access. Closing removes it.
record DemoFolder(Path path) implements AutoCloseable {

    static DemoFolder create() throws DemoException {
        try {
            Path path = Files.createTempDirectory("elastigres-demo-");
            OrphanReaper.watch(path);
            return new DemoFolder(path);
        } catch (IOException e) {
            throw new DemoException("cannot create a temporary folder", e);
        }
    }

    Path meminfo() {
        return path.resolve("meminfo");
    }

    Path monitorLog() {
        return path.resolve("monitor.log");
    }

    Path passwordFile() {
        return path.resolve("pgpass");
    }

    /// Writes the password file. libpq requires that only its owner can read it.
    void writePassword(String line) throws DemoException {
        try {
            Files.createFile(
                    passwordFile(),
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(passwordFile(), line);
        } catch (IOException e) {
            throw new DemoException("cannot write " + passwordFile(), e);
        }
    }

    @Override
    public void close() throws DemoException {
        try (var files = Files.list(path)) {
            for (Path file : files.toList()) Files.deleteIfExists(file);
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new DemoException("cannot remove " + path, e);
        }
    }
}
