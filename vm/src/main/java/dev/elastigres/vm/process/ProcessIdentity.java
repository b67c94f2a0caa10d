package dev.elastigres.vm.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// A process that cannot be mistaken for another: numbers are used again, a number with its start
/// time only after a reboot, and a reboot changes the boot id.
/// @param startTicks field 22 of `/proc/PID/stat`: clock ticks after boot
public record ProcessIdentity(long pid, long startTicks, String bootId) {
    private static final Path PROC = Path.of("/proc");

    /// The process that has this number now.
    public static Optional<ProcessIdentity> of(long pid) {
        return startTicks(pid).map(ticks -> new ProcessIdentity(pid, ticks, currentBootId()));
    }

    /// Changes with every start of this machine.
    public static String currentBootId() {
        try {
            return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            throw new IllegalStateException("Linux tells its boot id", e);
        }
    }

    public boolean isFromThisBoot() {
        return bootId.equals(currentBootId());
    }

    public boolean isAlive() {
        return isFromThisBoot() && startTicks(pid).filter(ticks -> ticks == startTicks).isPresent();
    }

    /// Ends it at once, if it is still there.
    public void kill() {
        if (isAlive()) ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    /// The living processes that have `argument` as a whole word of their command line.
    public static Stream<ProcessIdentity> withArgument(String argument) {
        return withCommandLine("\0" + argument + "\0");
    }

    /// The living processes whose command line names `folder`, or something below it.
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
            // ISO 8859-1 reads any bytes.
            String words = Files.readString(PROC.resolve(pid + "/cmdline"), ISO_8859_1);
            return ("\0" + words + "\0").contains(new String(part.getBytes(UTF_8), ISO_8859_1));
        } catch (IOException _) {
            return false; // it has ended, or is another user's
        }
    }

    /// A zombie counts as ended.
    private static Optional<Long> startTicks(long pid) {
        try {
            String stat = Files.readString(PROC.resolve(pid + "/stat"));
            // The second field is a name in brackets that may hold anything; the third is the
            // state.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return fields[0].equals("Z") || fields[0].equals("X")
                    ? Optional.empty()
                    : Optional.of(Long.parseLong(fields[19]));
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
