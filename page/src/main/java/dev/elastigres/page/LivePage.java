package dev.elastigres.page;

import dev.elastigres.daemon.guard.SameOriginCheck;
import dev.elastigres.daemon.http.EventStream;
import dev.elastigres.daemon.http.EventStreamWriter;
import dev.elastigres.daemon.http.Reply;
import dev.elastigres.daemon.http.Request;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.page.FleetFeed.FeedUpdate;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The live page: its files and its streams of changes.
public final class LivePage implements AutoCloseable {
    /// Maximum silence of a stream. The page considers a stream lost after some times that, and a
    /// closed connection is noticed by a write only.
    private static final Duration MAX_SILENCE = Duration.ofSeconds(1);

    /// Interval between two looks at one machine.
    private static final Duration MACHINE_INTERVAL = Duration.ofMillis(500);

    private static final String STREAM = "/stream";

    private final PageSource source;
    private final SameOriginCheck origins;
    private final FleetFeed fleet;
    private final CountDownLatch closed = new CountDownLatch(1);

    /// Creates the page of one source.
    ///
    /// @param source provides what the page shows
    /// @param origins rejects requests of other web pages
    public LivePage(PageSource source, SameOriginCheck origins) {
        this.source = source;
        this.origins = origins;
        fleet = new FleetFeed(source);
    }

    /// Returns the routes of the page: `/`, `/stream`, and everything below `/stream/` and
    /// `/page/`.
    public Routes routes() {
        return PageFiles.routes()
                .with(STREAM, origins.before(_ -> new EventStream(this::streamFleet)))
                .below(STREAM + "/", origins.before(this::machine));
    }

    private Reply machine(Request request) {
        String name = decoded(request.path()).substring(STREAM.length() + 1);
        return new EventStream(out -> streamMachine(name, out));
    }

    /// Returns the path with its escapes resolved, or as it is if they are invalid.
    private static String decoded(String path) {
        try {
            return URI.create(path).getPath();
        } catch (IllegalArgumentException _) {
            return path;
        }
    }

    private void streamFleet(EventStreamWriter out) throws IOException, InterruptedException {
        var messages = new MessageWriter(out);
        long seen = 0;
        do {
            long millis = System.currentTimeMillis();
            FeedUpdate update = fleet.since(seen, millis);
            seen = update.version();
            messages.send(update.complete() ? "all" : "changes", update.message(), millis);
        } while (!isClosedAfter(FleetFeed.INTERVAL));
    }

    /// A machine that is gone, or was never there, is waited for: it may be found again.
    private void streamMachine(String name, EventStreamWriter out)
            throws IOException, InterruptedException {
        var messages = new MessageWriter(out);
        Optional<MachineStream> stream = Optional.empty();
        boolean first = true;
        do {
            long millis = System.currentTimeMillis();
            Optional<MachineView> view = source.machine(name);
            if (view.isEmpty()) {
                boolean toldGone = stream.isEmpty() && !first;
                stream = Optional.empty();
                messages.send("gone", toldGone ? Optional.empty() : Optional.of("{}"), millis);
            } else {
                String event = stream.isEmpty() ? "all" : "changes";
                if (stream.isEmpty()) stream = Optional.of(new MachineStream());
                messages.send(event, stream.get().next(view.get(), millis), millis);
            }
            first = false;
        } while (!isClosedAfter(MACHINE_INTERVAL));
    }

    private boolean isClosedAfter(Duration interval) throws InterruptedException {
        return closed.await(interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Writes messages to one stream, and a tick when there was none for a while.
    private static final class MessageWriter {
        private final EventStreamWriter out;
        private long sentAt = System.nanoTime();

        MessageWriter(EventStreamWriter out) {
            this.out = out;
        }

        void send(String event, Optional<String> message, long millis) throws IOException {
            long now = System.nanoTime();
            if (message.isPresent()) out.send(event, message.get());
            else if (now - sentAt >= MAX_SILENCE.toNanos())
                out.send("tick", "{\"at\":" + millis + "}");
            else return;
            sentAt = now;
        }
    }

    /// Ends all streams.
    @Override
    public void close() {
        closed.countDown();
    }
}
