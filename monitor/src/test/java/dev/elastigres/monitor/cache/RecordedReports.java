package dev.elastigres.monitor.cache;

import dev.elastigres.core.monitor.CacheOutcome;
import dev.elastigres.core.monitor.DatabaseState;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Records the reports of a file cache in order; tests wait for them.
final class RecordedReports implements Consumer<CacheReport> {
    private static final int TIMEOUT_SECONDS = 60;

    private final LinkedBlockingQueue<CacheReport> queue = new LinkedBlockingQueue<>();

    @Override
    public void accept(CacheReport report) {
        queue.add(report);
    }

    /// Returns the next outcome; skips changes before it.
    CacheOutcome outcome() throws InterruptedException {
        return next(CacheReport.SizingOutcome.class).outcome();
    }

    /// Returns the next outcome, which must be a success.
    String applied() throws InterruptedException {
        return switch (outcome()) {
            case CacheOutcome.Applied applied -> applied.summary();
            case CacheOutcome.Failed(var _, DatabaseState why) -> throw new AssertionError(why);
        };
    }

    /// Returns the next outcome, which must be a failure.
    DatabaseState failed() throws InterruptedException {
        return switch (outcome()) {
            case CacheOutcome.Applied applied -> throw new AssertionError(applied);
            case CacheOutcome.Failed(var _, DatabaseState why) -> why;
        };
    }

    /// Returns the settings found on the server; skips other reports before it.
    CacheReport.Identified identified() throws InterruptedException {
        return next(CacheReport.Identified.class);
    }

    /// Returns the next change to a state of this kind; skips other reports before it.
    <T extends DatabaseState> T change(Class<T> kind) throws InterruptedException {
        while (true) {
            DatabaseState database = next(CacheReport.StateChanged.class).database();
            if (kind.isInstance(database)) return kind.cast(database);
        }
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    private <T extends CacheReport> T next(Class<T> kind) throws InterruptedException {
        while (true) {
            CacheReport report = queue.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            if (report == null)
                throw new AssertionError("no %s within %d s".formatted(kind, TIMEOUT_SECONDS));
            if (kind.isInstance(report)) return kind.cast(report);
        }
    }
}
