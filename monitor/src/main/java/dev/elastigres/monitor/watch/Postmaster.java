package dev.elastigres.monitor.watch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Names the postmaster whose process tree is watched.
public sealed interface Postmaster {

    /// Returns the process id of the current postmaster.
    ///
    /// @throws KernelReadException if none runs
    long pid() throws KernelReadException;

    /// Returns a readable name.
    String description();

    record ByPid(long pid) implements Postmaster {
        @Override
        public String description() {
            return "process " + pid;
        }
    }

    /// Identified by the first line of `postmaster.pid` in the data directory, which stays correct
    /// across restarts.
    record ByDataDirectory(Path dataDirectory) implements Postmaster {
        /// More bytes than the first line has.
        private static final int MAX_LENGTH = 64;

        @Override
        public long pid() throws KernelReadException {
            Path file = dataDirectory.resolve("postmaster.pid");
            try (var in = Files.newInputStream(file)) {
                String begin = new String(in.readNBytes(MAX_LENGTH), StandardCharsets.ISO_8859_1);
                // A server in single-user mode writes the negated id.
                return Math.abs(Integer.parseInt(begin.lines().findFirst().orElse("").strip()));
            } catch (IOException e) {
                throw new KernelReadException("no Postgres runs in " + dataDirectory, e);
            } catch (NumberFormatException e) {
                throw new KernelReadException(file + " does not begin with a process id", e);
            }
        }

        @Override
        public String description() {
            return "the postmaster of " + dataDirectory;
        }
    }
}
