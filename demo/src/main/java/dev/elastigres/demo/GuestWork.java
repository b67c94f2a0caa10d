package dev.elastigres.demo;

import dev.elastigres.vm.guest.GuestChannel;
import dev.elastigres.vm.guest.GuestException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A command that runs in the guest while others do.
final class GuestWork {
    private static final Duration NO_LIMIT = Duration.ofHours(1);

    private final String name;
    private final FutureTask<GuestChannel.Result> task;

    private GuestWork(String name, FutureTask<GuestChannel.Result> task) {
        this.name = name;
        this.task = task;
    }

    /// @param name also of a file in `/run` with its process
    /// @param command for the shell, which it replaces
    static GuestWork start(GuestChannel guest, String name, String command) {
        String script = "echo $$ > /run/%s.pid; exec %s".formatted(name, command);
        var task = new FutureTask<>(() -> guest.run(NO_LIMIT, List.of("sh", "-c", script)));
        Thread.ofVirtual().name(name).start(task);
        return new GuestWork(name, task);
    }

    boolean isOver() {
        return task.isDone();
    }

    /// Waits for its end.
    ///
    /// @throws DemoException when it does not come within `limit`
    GuestChannel.Result result(Duration limit) throws DemoException, InterruptedException {
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new DemoException(name + " cannot be run in the guest", cause(e));
        } catch (TimeoutException e) {
            throw new DemoException(name + " does not end within " + limit.toSeconds() + " s", e);
        }
    }

    private static Throwable cause(ExecutionException e) {
        return e.getCause() instanceof GuestException guest ? guest : e;
    }
}
