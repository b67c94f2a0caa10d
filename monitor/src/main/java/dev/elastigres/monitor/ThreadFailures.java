package dev.elastigres.monitor;

import dev.elastigres.daemon.log.Log;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Records each thread of this process that ended with an uncaught exception. Each is logged and
/// makes the monitor unready, because it is unknown what no longer works.
final class ThreadFailures implements Thread.UncaughtExceptionHandler {
    /// Further failures are logged only.
    private static final int MAX_PROBLEMS = 8;

    private final Log log;
    private final List<String> problems = new CopyOnWriteArrayList<>();

    private ThreadFailures(Log log) {
        this.log = log;
    }

    /// Installs itself as the process's default handler, in place of the stack trace on standard
    /// error.
    static void watch(Log log) {
        Thread.setDefaultUncaughtExceptionHandler(new ThreadFailures(log));
    }

    /// Returns a problem for each failed thread of this process; none if [#watch] was not called.
    static List<String> problems() {
        return Thread.getDefaultUncaughtExceptionHandler() instanceof ThreadFailures failed
                ? List.copyOf(failed.problems)
                : List.of();
    }

    @Override
    public void uncaughtException(Thread thread, Throwable bug) {
        log.error("a thread has failed", "thread", thread.getName(), "error", bug);
        if (problems.size() < MAX_PROBLEMS)
            problems.add("thread " + thread.getName() + " has failed: " + bug);
    }
}
