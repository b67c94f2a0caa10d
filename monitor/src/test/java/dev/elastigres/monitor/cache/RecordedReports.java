package dev.elastigres.monitor.cache;

import dev.elastigres.core.monitor.CacheOutcome;
import dev.elastigres.core.monitor.DatabaseState;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The reports of one file cache, in order, for a test to wait for.
final class RecordedReports implements Consumer<CacheReport> {
    private static final int TIMEOUT_SECONDS = 60;

    private final LinkedBlockingQueue<CacheReport> queue = new LinkedBlockingQueue<>();

    @Override
    public void accept(CacheReport report) {
        queue.add(report);
    }

    /// The next outcome; changes before it are passed over.
    CacheOutcome outcome() throws InterruptedException {
        return next(CacheReport.SizingOutcome.class).outcome();
    }

    /// The next outcome, which must be a success.
    String applied() throws InterruptedException {
        return switch (outcome()) {
            case CacheOutcome.Applied applied -> applied.summary();
            case CacheOutcome.Failed(var _, DatabaseState why) -> throw new AssertionError(why);
        };
    }

    /// The next outcome, which must be a failure.
    DatabaseState failed() throws InterruptedException {
        return switch (outcome()) {
            case CacheOutcome.Applied applied -> throw new AssertionError(applied);
            case CacheOutcome.Failed(var _, DatabaseState why) -> why;
        };
    }

    /// What was found on the server; all else before it is passed over.
    CacheReport.Identified identified() throws InterruptedException {
        return next(CacheReport.Identified.class);
    }

    /// The next change to a database of this kind; all else before it is passed over.
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
