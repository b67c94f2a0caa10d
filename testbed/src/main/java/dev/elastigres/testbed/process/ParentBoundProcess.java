package dev.elastigres.testbed.process;

import dev.elastigres.testbed.TestbedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// Starts servers that must not outlive this process, however it ends. With util-linux' `setpriv`
/// the kernel signals a server when the thread that started it ends. An [OrphanReaper] ends servers
/// that the kernel did not signal.
public final class ParentBoundProcess {
    private ParentBoundProcess() {}

    /// Returns the command line that runs `program` and has the kernel send it `signal` when its
    /// parent dies.
    ///
    /// @param prefix a `setpriv` command with other options, or an empty list
    public static List<String> command(List<String> prefix, String signal, List<String> program) {
        var command = new ArrayList<>(prefix);
        if (ToolRunner.setprivKnowsParentDeath()) {
            if (command.isEmpty()) command.add("setpriv");
            command.add("--pdeathsig=" + signal);
        }
        command.addAll(program);
        return command;
    }

    /// Starts the process from a thread that lives until the process ends.
    ///
    /// @param name name for messages
    public static Process start(String name, ProcessBuilder builder) throws TestbedException {
        var started = new CompletableFuture<Process>();
        Thread.ofPlatform().name(name).daemon().start(() -> startAndWait(builder, started));
        try {
            return started.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() instanceof IOException why ? why : e;
            throw new TestbedException("cannot run " + name, cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while " + name + " starts", e);
        }
    }

    private static void startAndWait(ProcessBuilder builder, CompletableFuture<Process> started) {
        try {
            Process process = builder.start();
            OrphanReaper.watch(process.toHandle(), "QUIT");
            started.complete(process);
            process.waitFor();
        } catch (IOException e) {
            started.completeExceptionally(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
