package dev.elastigres.testbed.process;

import dev.elastigres.testbed.TestbedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// Servers that should not outlive this process, however it ends: with util-linux' `setpriv` the
/// kernel signals them when the thread that started them is gone, and an [OrphanReaper] ends those
/// that this has missed.
public final class ParentBoundProcess {
    private ParentBoundProcess() {}

    /// The command that runs `program` and has it sent `signal` when its starter dies.
    /// @param prefix a `setpriv` with other options, or nothing
    public static List<String> command(List<String> prefix, String signal, List<String> program) {
        var command = new ArrayList<>(prefix);
        if (ToolRunner.setprivKnowsParentDeath()) {
            if (command.isEmpty()) command.add("setpriv");
            command.add("--pdeathsig=" + signal);
        }
        command.addAll(program);
        return command;
    }

    /// Starts it from a thread that stays until it ends.
    /// @param name for messages
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
