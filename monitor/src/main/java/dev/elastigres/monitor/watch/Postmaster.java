package dev.elastigres.monitor.watch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Names the postmaster whose process tree is watched.
public sealed interface Postmaster {

    /// The process id of the postmaster that runs now.
    long pid() throws KernelReadException;

    String description();

    record ByPid(long pid) implements Postmaster {
        @Override
        public String description() {
            return "process " + pid;
        }
    }

    /// The first line of `postmaster.pid` in the data directory: right across restarts.
    record ByDataDirectory(Path dataDirectory) implements Postmaster {
        /// More than the first line has.
        private static final int MAX_LENGTH = 64;

        @Override
        public long pid() throws KernelReadException {
            Path file = dataDirectory.resolve("postmaster.pid");
            try (var in = Files.newInputStream(file)) {
                String begin = new String(in.readNBytes(MAX_LENGTH), StandardCharsets.ISO_8859_1);
                // A server in single-user mode writes its id negated.
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
