package dev.elastigres.demo;

import dev.elastigres.vm.guest.GuestChannel;
import dev.elastigres.vm.guest.GuestException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A command that runs in the guest in the background.
final class GuestCommand {
    private static final Duration NO_TIMEOUT = Duration.ofHours(1);

    private final String name;
    private final FutureTask<GuestChannel.GuestCommandResult> task;

    private GuestCommand(String name, FutureTask<GuestChannel.GuestCommandResult> task) {
        this.name = name;
        this.task = task;
    }

    /// Starts a command.
    ///
    /// @param name of the command, and of the file in `/run` that contains its process id
    /// @param command replaces the shell that starts it
    static GuestCommand start(GuestChannel guest, String name, String command) {
        String script = "echo $$ > /run/%s.pid; exec %s".formatted(name, command);
        var task = new FutureTask<>(() -> guest.run(NO_TIMEOUT, List.of("sh", "-c", script)));
        Thread.ofVirtual().name(name).start(task);
        return new GuestCommand(name, task);
    }

    boolean isOver() {
        return task.isDone();
    }

    /// Waits for the end of the command.
    ///
    /// @throws DemoException if it does not end within `timeout`
    GuestChannel.GuestCommandResult result(Duration timeout)
            throws DemoException, InterruptedException {
        try {
            return task.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new DemoException(name + " cannot run in the guest", cause(e));
        } catch (TimeoutException e) {
            throw new DemoException(name + " does not end within " + timeout.toSeconds() + " s", e);
        }
    }

    private static Throwable cause(ExecutionException e) {
        return e.getCause() instanceof GuestException guest ? guest : e;
    }
}
