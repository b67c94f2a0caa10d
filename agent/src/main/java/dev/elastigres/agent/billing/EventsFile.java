package dev.elastigres.agent.billing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.agent.worker.Scaled;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Level;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.Repeats;
import dev.elastigres.protocol.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Each change of a VM's size as a line of JSON. A line that cannot be written is lost, and said to
/// be; nothing else suffers from it. For any thread.
public final class EventsFile implements Consumer<Scaled> {
    /// Standard output in the place of a file.
    public static final String STDOUT = "-";

    private final String where;
    private final Sink sink;
    private final Log log;
    private final Repeats repeats;
    private final AtomicLong lost = new AtomicLong();

    /// Whether the last line may have been written in part: the next one begins on a line of its
    /// own.
    private boolean torn;

    @FunctionalInterface
    interface Sink {
        void write(byte[] line) throws IOException;
    }

    EventsFile(String where, Sink sink, Log log) {
        this.where = where;
        this.sink = sink;
        this.log = log;
        repeats = new Repeats(log, () -> new Moment(System.nanoTime()));
    }

    /// Appends to the file, which may be moved away at any time: the next line makes a new one.
    ///
    /// @param where a path, or [#STDOUT]
    /// @throws IOException when the file cannot be written now
    public static EventsFile open(String where, Log log) throws IOException {
        if (where.equals(STDOUT)) return new EventsFile(where, to(System.out), log);
        Path file = Path.of(where);
        append(file, new byte[0]);
        return new EventsFile(where, line -> append(file, line), log);
    }

    private static void append(Path file, byte[] line) throws IOException {
        Files.write(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static Sink to(OutputStream out) {
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
    public void accept(Scaled scaled) {
        String line = line(scaled).compact() + "\n";
        synchronized (this) {
            try {
                sink.write(((torn ? "\n" : "") + line).getBytes(UTF_8));
                if (torn) log.info("scaling events are written again", "to", where);
                torn = false;
            } catch (IOException e) {
                torn = true;
                lost.incrementAndGet();
                repeats.write(
                        "events", Level.ERROR, "a scaling event is lost", "to", where, "cause", e);
            }
        }
    }

    private static Json.Obj line(Scaled scaled) {
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
