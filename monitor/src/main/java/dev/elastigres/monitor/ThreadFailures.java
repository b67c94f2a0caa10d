package dev.elastigres.monitor;

import dev.elastigres.daemon.log.Log;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Hears of every thread of this process that a bug has ended. Each is a line in the log, and makes
/// the monitor unready: nobody knows what it does not do any more.
final class ThreadFailures implements Thread.UncaughtExceptionHandler {
    /// More than this many say nothing new.
    private static final int MAX_PROBLEMS = 8;

    private final Log log;
    private final List<String> problems = new CopyOnWriteArrayList<>();

    private ThreadFailures(Log log) {
        this.log = log;
    }

    /// From now on, in the place of the stack trace on standard error.
    static void watch(Log log) {
        Thread.setDefaultUncaughtExceptionHandler(new ThreadFailures(log));
    }

    /// Those of this process, each as a clause; none where they are not watched.
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
