package dev.elastigres.agent.billing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.agent.worker.ScalingEvent;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.file.SmallFile;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.log.LogRateLimiter;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.protocol.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Writes each change of a VM's size as a line of JSON. A line that cannot be written is counted
/// and logged as lost. A separate thread writes from a bounded queue, so a slow disk or reader of
/// standard output delays nothing else. Thread-safe.
public final class EventsFile implements Consumer<ScalingEvent>, AutoCloseable {
    /// The name of standard output in place of a file.
    public static final String STDOUT = "-";

    private static final int MAX_WAITING = 1024;

    /// Maximum wait for unwritten events when the agent stops.
    private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(1);

    private final String where;
    private final EventSink sink;
    private final Log log;
    private final LogRateLimiter repeats;
    private final AtomicLong lost = new AtomicLong();
    /// An empty element ends the writer.
    private final BlockingQueue<Optional<ScalingEvent>> waiting =
            new ArrayBlockingQueue<>(MAX_WAITING);

    /// A platform thread, because a blocked write would pin the carrier of a virtual thread.
    private final Thread writer;

    /// Whether the last line may be incomplete, so that the next one must begin on a new line. Used
    /// by the writer thread only.
    private boolean torn;

    /// Last sizes of the VMs of earlier agents without an end in the file and without a line of
    /// this agent, by name.
    private final Map<String, Resources> unended;

    @FunctionalInterface
    interface EventSink {
        void write(byte[] line) throws IOException;
    }

    EventsFile(String where, EventSink sink, Log log) {
        this(where, sink, EventsTail.EMPTY, log);
    }

    /// @param before what earlier agents wrote
    private EventsFile(String where, EventSink sink, EventsTail before, Log log) {
        torn = before.torn();
        unended = new ConcurrentHashMap<>(before.running());
        this.where = where;
        this.sink = sink;
        this.log = log;
        repeats = new LogRateLimiter(log, MonotonicClock::now);
        writer = Thread.ofPlatform().name("events").daemon().start(this::run);
    }

    /// Opens a file for appending. The file may be moved away at any time; the next line creates a
    /// new one.
    ///
    /// @param where a path, or [#STDOUT]
    /// @throws IOException if the file cannot be written or is not a regular file, such as a FIFO,
    ///     which accepts nothing without a reader
    public static EventsFile open(String where, Log log) throws IOException {
        if (where.equals(STDOUT)) return new EventsFile(where, to(System.out), log);
        Path file = Path.of(where);
        append(file, new byte[0]);
        return new EventsFile(where, line -> append(file, line), tail(file, log), log);
    }

    private static EventsTail tail(Path file, Log log) {
        try {
            return EventsTail.read(file);
        } catch (IOException e) {
            String what =
                    "earlier scaling events cannot be read, so VMs that ended have no last line";
            log.warn(what, "file", file, "cause", e);
            return EventsTail.EMPTY;
        }
    }

    private static void append(Path file, byte[] line) throws IOException {
        // Checked for every line, because another kind of file may have replaced this one.
        SmallFile.requireRegular(file);
        Files.write(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static EventSink to(OutputStream out) {
        return line -> {
            out.write(line);
            out.flush();
        };
    }

    /// Returns the number of events that could not be written.
    public long lost() {
        return lost.get();
    }

    /// Writes the end of each VM that an earlier agent left without one and that does not run any
    /// more. Its time is now; the actual time is unknown.
    ///
    /// @param running names of the VMs that run
    public void discovered(Set<String> running) {
        unended.forEach(
                (vm, size) -> {
                    if (running.contains(vm)) return;
                    accept(
                            new ScalingEvent(
                                    Instant.now(),
                                    vm,
                                    size,
                                    Resources.ZERO,
                                    "it ended before this agent found it, at an unknown time"));
                });
    }

    @Override
    public void accept(ScalingEvent scaled) {
        unended.remove(scaled.vm());
        if (waiting.offer(Optional.of(scaled))) return;
        lost.incrementAndGet();
        lost("over " + MAX_WAITING + " events wait to be written");
    }

    private void run() {
        try {
            for (var next = waiting.take(); next.isPresent(); next = waiting.take())
                write(next.get());
        } catch (InterruptedException _) {
            // Never interrupted; a daemon thread ends with the process.
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

    /// Stops accepting events. Returns when all earlier events are written or the flush timeout of
    /// one second has passed.
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
