package dev.elastigres.agent.billing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.agent.worker.ScalingEvent;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.file.SmallFile;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.log.LogRateLimiter;
import dev.elastigres.protocol.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Each change of a VM's size as a line of JSON. A line that cannot be written is lost, and said to
/// be; nothing else suffers from it: a thread of its own writes, from a bounded queue, however long
/// a disk or the reader of standard output takes. For any thread.
public final class EventsFile implements Consumer<ScalingEvent>, AutoCloseable {
    /// Standard output in the place of a file.
    public static final String STDOUT = "-";

    private static final int MAX_WAITING = 1024;

    /// How long the end of the agent waits for what is not written yet.
    private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(1);

    private final String where;
    private final EventSink sink;
    private final Log log;
    private final LogRateLimiter repeats;
    private final AtomicLong lost = new AtomicLong();
    /// Empty for the end.
    private final BlockingQueue<Optional<ScalingEvent>> waiting =
            new ArrayBlockingQueue<>(MAX_WAITING);

    /// A platform thread: a blocked write would hold the carrier of a virtual one.
    private final Thread writer;

    /// Whether the last line may have been written in part: the next one begins on a line of its
    /// own. Of the writer alone.
    private boolean torn;

    @FunctionalInterface
    interface EventSink {
        void write(byte[] line) throws IOException;
    }

    EventsFile(String where, EventSink sink, Log log) {
        this.where = where;
        this.sink = sink;
        this.log = log;
        repeats = new LogRateLimiter(log, () -> new Moment(System.nanoTime()));
        writer = Thread.ofPlatform().name("events").daemon().start(this::run);
    }

    /// Appends to the file, which may be moved away at any time: the next line makes a new one.
    ///
    /// @param where a path, or [#STDOUT]
    /// @throws IOException when the file cannot be written now, or is no regular file: a FIFO
    ///     without a reader takes nothing
    public static EventsFile open(String where, Log log) throws IOException {
        if (where.equals(STDOUT)) return new EventsFile(where, to(System.out), log);
        Path file = Path.of(where);
        append(file, new byte[0]);
        return new EventsFile(where, line -> append(file, line), log);
    }

    private static void append(Path file, byte[] line) throws IOException {
        // Also later on: something else may have taken its place.
        SmallFile.requireRegular(file);
        Files.write(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static EventSink to(OutputStream out) {
        return line -> {
            out.write(line);
            out.flush();
        };
    }

    /// How many lines could not be written.
    public long lost() {
        return lost.get();
    }

    @Override
    public void accept(ScalingEvent scaled) {
        if (waiting.offer(Optional.of(scaled))) return;
        lost.incrementAndGet();
        lost("over " + MAX_WAITING + " events wait to be written");
    }

    private void run() {
        try {
            for (var next = waiting.take(); next.isPresent(); next = waiting.take())
                write(next.get());
        } catch (InterruptedException _) {
            // Nobody interrupts it; a daemon thread ends with the process.
        }
    }

    private void write(ScalingEvent scaled) {
        try {
            String line = line(scaled).compact() + "\n";
            sink.write(((torn ? "\n" : "") + line).getBytes(UTF_8));
            if (torn) log.info("scaling events are written again", "to", where);
            torn = false;
        } catch (IOException | RuntimeException e) {
            torn = true;
            lost.incrementAndGet();
            lost(e);
        }
    }

    private void lost(Object cause) {
        repeats.write(
                "events", LogLevel.ERROR, "a scaling event is lost", "to", where, "cause", cause);
    }

    /// Takes no more events. Returns when those before are written, or after a second.
    @Override
    public void close() {
        try {
            if (waiting.offer(Optional.empty(), FLUSH_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS))
                writer.join(FLUSH_TIMEOUT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static Json.Obj line(ScalingEvent scaled) {
        return Json.object()
                .with("at", scaled.at().toString())
                .with("vm", scaled.vm())
                .with("from_cpus", cpus(scaled.from()))
                .with("from_memory_bytes", scaled.from().memory().value())
                .with("to_cpus", cpus(scaled.to()))
                .with("to_memory_bytes", scaled.to().memory().value())
                .with("why", scaled.why());
    }

    private static Json cpus(Resources size) {
        return new Json.Num(Double.toString(size.vcpus()));
    }
}
