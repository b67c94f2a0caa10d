package dev.elastigres.testbed.process;

import dev.elastigres.testbed.TestbedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs programs to their end, within a timeout of 60 s.
public final class ToolRunner {
    private static final int TIMEOUT_SECONDS = 60;

    private ToolRunner() {}

    /// Runs `command` and returns its output.
    ///
    /// @param what name of the operation, for messages
    /// @throws TestbedException if the command cannot be started or fails; the message contains its
    ///     output
    public static String run(String what, Path folder, List<String> command)
            throws TestbedException {
        try {
            Process process = builder(command).directory(folder.toFile()).start();
            process.getOutputStream().close();
            var output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new TestbedException(what + " took longer than " + TIMEOUT_SECONDS + " s");
            }
            if (process.exitValue() != 0)
                throw new TestbedException(
                        "%s failed with exit code %d: %s"
                                .formatted(what, process.exitValue(), output.strip()));
            return output;
        } catch (IOException e) {
            throw new TestbedException("cannot run " + command.getFirst() + " for " + what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted: " + what, e);
        }
    }

    /// Returns a builder for a process without the environment variables that Postgres programs
    /// read.
    public static ProcessBuilder builder(List<String> command) {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    /// Sends the signal to the processes in the given order. Processes that no longer exist are
    /// ignored.
    public static void signal(String signal, List<Long> pids) throws TestbedException {
        for (long pid : pids) {
            if (ProcessHandle.of(pid).isEmpty()) continue;
            // The shell's built-in kill, because the program is not installed everywhere.
            run(
                    "kill",
                    Path.of("/"),
                    List.of(
                            "sh",
                            "-c",
                            "kill -s \"$0\" \"$1\" 2>&1 || ! kill -0 \"$1\" 2>/dev/null",
                            signal,
                            Long.toString(pid)));
        }
    }

    static boolean setprivKnowsParentDeath() {
        try {
            return run("setpriv --help", Path.of("/"), List.of("setpriv", "--help"))
                    .contains("--pdeathsig");
        } catch (TestbedException _) {
            return false;
        }
    }

    /// Returns the IDs of a process and its descendants, starting with its own.
    public static List<Long> family(ProcessHandle process) {
        var pids = new ArrayList<Long>();
        pids.add(process.pid());
        process.descendants().map(ProcessHandle::pid).forEach(pids::add);
        return pids;
    }
}
