package dev.elastigres.vm.qmp;

import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.JsonException;
import dev.elastigres.vm.qmp.QmpException.Disconnected;
import dev.elastigres.vm.qmp.QmpException.NotQmp;
import dev.elastigres.vm.qmp.QmpException.Refused;
import dev.elastigres.vm.qmp.QmpException.TimedOut;
import dev.elastigres.vm.socket.LineSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/// A QMP session. Threads may share it, because answers are matched to commands by ID. QEMU serves
/// one session on each monitor socket; a second one gets no greeting until the first has ended.
public final class QmpClient implements AutoCloseable {
    /// Maximum length of a message from QEMU. The longest one, of `query-qmp-schema`, has about 250
    /// KB.
    private static final int MAX_LINE_LENGTH = 4 << 20;

    /// Maximum number of unread events; the oldest are dropped.
    private static final int MAX_EVENTS = 256;

    private final LineSocket socket;
    private final Duration timeout;
    private final AtomicLong lastId = new AtomicLong();
    private final ConcurrentHashMap<Long, CompletableFuture<Json.Obj>> waiting =
            new ConcurrentHashMap<>();
    private final BlockingQueue<QmpEvent> events = new ArrayBlockingQueue<>(MAX_EVENTS);
    private final CompletableFuture<Json.Obj> greeting = new CompletableFuture<>();
    private final CompletableFuture<QmpException> ended = new CompletableFuture<>();

    private QmpClient(LineSocket socket, Duration timeout) {
        this.socket = socket;
        this.timeout = timeout;
    }

    /// Opens a session on the monitor socket at `path`, ready for commands.
    ///
    /// @param timeout timeout of the greeting, and of each answer unless the command has its own
    public static QmpClient connect(Path path, Duration timeout)
            throws QmpException, InterruptedException {
        try {
            return over(LineSocket.connect(path, MAX_LINE_LENGTH), timeout);
        } catch (IOException e) {
            throw new Disconnected("no monitor at " + path + ": " + e.getMessage(), e);
        }
    }

    /// Opens a session over an existing connection.
    static QmpClient over(LineSocket socket, Duration timeout)
            throws QmpException, InterruptedException {
        var client = new QmpClient(socket, timeout);
        Thread.ofVirtual().name("qmp-reader").start(client::read);
        try {
            client.await("greeting", client.greeting, timeout);
            client.execute("qmp_capabilities");
            return client;
        } catch (QmpException | InterruptedException e) {
            client.close();
            throw e;
        }
    }

    /// Returns QEMU's version from its greeting, such as `7.2.22`.
    public String version() {
        var qemu =
                greeting.resultNow()
                        .object("QMP")
                        .flatMap(it -> it.object("version"))
                        .flatMap(it -> it.object("qemu"))
                        .orElseGet(Json::object);
        return "%d.%d.%d"
                .formatted(
                        qemu.whole("major").orElse(0),
                        qemu.whole("minor").orElse(0),
                        qemu.whole("micro").orElse(0));
    }

    public Json execute(String command) throws QmpException, InterruptedException {
        return execute(command, Json.object());
    }

    public Json execute(String command, Json.Obj arguments)
            throws QmpException, InterruptedException {
        return execute(command, arguments, timeout);
    }

    /// Executes `command` and returns its result.
    public Json execute(String command, Json.Obj arguments, Duration within)
            throws QmpException, InterruptedException {
        long id = lastId.incrementAndGet();
        var answer = new CompletableFuture<Json.Obj>();
        waiting.put(id, answer);
        try {
            var message = Json.object().with("execute", command);
            if (!arguments.members().isEmpty()) message = message.with("arguments", arguments);
            send(message.with("id", id));
            Json.Obj reply = await(command, answer, within);
            Optional<Json.Obj> error = reply.object("error");
            if (error.isPresent()) {
                throw new Refused(
                        command,
                        error.get().text("class").orElse("GenericError"),
                        error.get().text("desc").orElse("no reason given"));
            }
            return reply.get("return").orElse(new Json.Null());
        } finally {
            waiting.remove(id);
        }
    }

    /// Waits for the next event. Returns empty if none arrives within the timeout.
    public Optional<QmpEvent> nextEvent(Duration within) throws InterruptedException {
        return Optional.ofNullable(events.poll(within.toNanos(), TimeUnit.NANOSECONDS));
    }

    private void send(Json.Obj message) throws QmpException {
        if (ended.isDone()) throw ended.resultNow();
        try {
            socket.writeLine(message.compact());
        } catch (IOException e) {
            throw new Disconnected("the monitor is gone: " + e.getMessage(), e);
        }
    }

    private <T> T await(String what, CompletableFuture<T> answer, Duration within)
            throws QmpException, InterruptedException {
        try {
            CompletableFuture.anyOf(answer, ended).get(within.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            throw new TimedOut(what + ": no answer within " + within.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw new IllegalStateException("answers never fail", e);
        }
        // The end of the session may have followed the answer.
        if (answer.isDone()) return answer.resultNow();
        throw ended.resultNow();
    }

    private void read() {
        QmpException end;
        try {
            Optional<String> line = socket.readLine();
            while (line.isPresent()) {
                if (!line.get().isBlank()) receive(line.get());
                line = socket.readLine();
            }
            end = new Disconnected("QEMU closed the monitor", null);
        } catch (IOException e) {
            end = new Disconnected("the monitor is gone: " + e.getMessage(), e);
        } catch (JsonException e) {
            end = new NotQmp("not QMP: " + e.getMessage(), e);
        } catch (NotQmp e) {
            end = e;
        }
        ended.complete(end);
        close();
    }

    private void receive(String line) throws JsonException, NotQmp {
        if (!(Json.parse(line) instanceof Json.Obj message))
            throw new NotQmp("not QMP: no object", null);
        if (message.object("QMP").isPresent()) {
            greeting.complete(message);
        } else if (message.text("event").isPresent()) {
            var event =
                    new QmpEvent(
                            message.text("event").get(),
                            message.object("data").orElseGet(Json::object));
            while (!events.offer(event)) events.poll();
        } else if (message.get("return").isPresent() || message.get("error").isPresent()) {
            // An answer without a waiting command arrived after the command's timeout.
            message.whole("id")
                    .ifPresent(
                            id -> {
                                var answer = waiting.get(id);
                                if (answer != null) answer.complete(message);
                            });
        } else {
            throw new NotQmp("not QMP: neither greeting, answer nor event", null);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // The session ends in any case.
        }
    }
}
