package dev.elastigres.page;

import dev.elastigres.daemon.guard.SameOriginCheck;
import dev.elastigres.daemon.http.EventStream;
import dev.elastigres.daemon.http.EventStreamWriter;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.page.FleetFeed.FeedUpdate;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The live page: its files and its streams of changes.
public final class LivePage implements AutoCloseable {
    /// Maximum silence of a stream. The page considers a stream lost after some times that, and a
    /// closed connection is noticed by a write only.
    private static final Duration MAX_SILENCE = Duration.ofSeconds(1);

    private final SameOriginCheck origins;
    private final FleetFeed fleet;
    private final CountDownLatch closed = new CountDownLatch(1);

    /// Creates the page of one source.
    ///
    /// @param source provides what the page shows
    /// @param origins rejects requests of other web pages
    public LivePage(PageSource source, SameOriginCheck origins) {
        this.origins = origins;
        fleet = new FleetFeed(source);
    }

    /// Returns the routes of the page: `/`, `/stream` and everything below `/page/`.
    public Routes routes() {
        return PageFiles.routes()
                .with("/stream", origins.before(_ -> new EventStream(this::streamFleet)));
    }

    private void streamFleet(EventStreamWriter out) throws IOException, InterruptedException {
        long seen = 0;
        long sentAt = System.nanoTime();
        do {
            long millis = System.currentTimeMillis();
            FeedUpdate update = fleet.since(seen, millis);
            seen = update.version();
            if (update.message().isPresent()) {
                out.send(update.complete() ? "all" : "changes", update.message().get());
                sentAt = System.nanoTime();
            } else if (System.nanoTime() - sentAt >= MAX_SILENCE.toNanos()) {
                out.send("tick", "{\"at\":" + millis + "}");
                sentAt = System.nanoTime();
            }
        } while (!closed.await(FleetFeed.INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
    }

    /// Ends all streams.
    @Override
    public void close() {
        closed.countDown();
    }
}
