package dev.elastigres.host.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// Identifies a process uniquely. Process IDs are reused. An ID with its start time can repeat only
/// after a reboot, which changes the boot ID.
///
/// @param startTicks field 22 of `/proc/PID/stat`: clock ticks after boot
public record ProcessIdentity(long pid, long startTicks, String bootId) {
    private static final Path PROC = Path.of("/proc");

    /// Returns the process that has this ID now.
    public static Optional<ProcessIdentity> of(long pid) {
        return startTicks(pid).map(ticks -> new ProcessIdentity(pid, ticks, currentBootId()));
    }

    /// Returns the ID of this boot, which changes with every boot of this machine.
    public static String currentBootId() {
        try {
            return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the boot ID", e);
        }
    }

    public boolean isFromThisBoot() {
        return bootId.equals(currentBootId());
    }

    public boolean isAlive() {
        return isFromThisBoot() && startTicks(pid).filter(ticks -> ticks == startTicks).isPresent();
    }

    /// Kills the process if it is still alive.
    public void kill() {
        if (isAlive()) ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    /// Returns the living processes that have `argument` as one argument of their command line.
    public static Stream<ProcessIdentity> withArgument(String argument) {
        return withCommandLine("\0" + argument + "\0");
    }

    /// Returns the living processes whose command line contains the path of `folder` or of a file
    /// below it.
    public static Stream<ProcessIdentity> naming(Path folder) {
        return withCommandLine(folder + "/");
    }

    private static Stream<ProcessIdentity> withCommandLine(String part) {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> hasInCommandLine(pid, part))
                .flatMap(pid -> of(pid).stream());
    }

    private static boolean hasInCommandLine(long pid, String part) {
        try {
            // ISO 8859-1 decodes any bytes.
            String words = Files.readString(PROC.resolve(pid + "/cmdline"), ISO_8859_1);
            return ("\0" + words + "\0").contains(new String(part.getBytes(UTF_8), ISO_8859_1));
        } catch (IOException _) {
            return false; // the process has ended or belongs to another user
        }
    }

    /// Returns the start time; empty for a process that has ended. A zombie counts as ended.
    private static Optional<Long> startTicks(long pid) {
        try {
            String stat = Files.readString(PROC.resolve(pid + "/stat"));
            // The second field is a name in parentheses, which may contain any characters; the
            // third is the state.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return fields[0].equals("Z") || fields[0].equals("X")
                    ? Optional.empty()
                    : Optional.of(Long.parseLong(fields[19]));
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
