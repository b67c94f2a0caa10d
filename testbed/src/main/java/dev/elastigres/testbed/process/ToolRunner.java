package dev.elastigres.testbed.process;

import dev.elastigres.testbed.TestbedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Programs that run to their end, within a limit.
public final class ToolRunner {
    private static final int TIMEOUT_SECONDS = 60;

    private ToolRunner() {}

    /// Runs `command` and returns what it printed.
    ///
    /// @throws TestbedException when it cannot be run or fails, with what it printed
    public static String run(String what, Path folder, List<String> command)
            throws TestbedException {
        try {
            Process process = builder(command).directory(folder.toFile()).start();
            process.getOutputStream().close();
            var output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new TestbedException(what + " takes over " + TIMEOUT_SECONDS + " s");
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

    /// A process without the settings that a Postgres program would take from our environment.
    public static ProcessBuilder builder(List<String> command) {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    /// Signals in the order given. A process that is already gone is no error.
    public static void signal(String signal, List<Long> pids) throws TestbedException {
        for (long pid : pids) {
            if (ProcessHandle.of(pid).isEmpty()) continue;
            // The shell's own kill: the program is not installed everywhere.
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

    /// A postmaster and its children, itself first.
    public static List<Long> family(ProcessHandle process) {
        var pids = new ArrayList<Long>();
        pids.add(process.pid());
        process.descendants().map(ProcessHandle::pid).forEach(pids::add);
        return pids;
    }
}
