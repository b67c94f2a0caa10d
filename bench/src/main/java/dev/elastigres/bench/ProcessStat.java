package dev.elastigres.bench;

import dev.elastigres.harness.HarnessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// Reads `/proc/PID/stat`.
final class ProcessStat {
    /// USER_HZ, which is independent of the kernel's own tick.
    private static final Duration TICK = Duration.ofMillis(10);

    /// Field index after the program's name, which may contain blanks and parentheses.
    private static final int USER_TIME = 11;

    private static final int SYSTEM_TIME = 12;

    private ProcessStat() {}

    /// Returns the CPU time of all current and former threads of process `pid` on this machine.
    static Duration cpuOf(long pid) throws HarnessException {
        try {
            return cpu(Files.readString(Path.of("/proc", Long.toString(pid), "stat")));
        } catch (IOException e) {
            throw new HarnessException("cannot read the CPU time of process " + pid, e);
        }
    }

    /// Returns the CPU time of all current and former threads of the process.
    static Duration cpu(String stat) throws HarnessException {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        try {
            long ticks = Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]);
            return TICK.multipliedBy(ticks);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new HarnessException("no CPU time in \"" + stat.strip() + "\"", e);
        }
    }
}
