package dev.elastigres.vm.guest;

import dev.elastigres.vm.guest.GuestException.Refused;
import dev.elastigres.vm.guest.GuestException.Silent;
import dev.elastigres.vm.socket.LineSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/// A session with the agent in a guest. Threads may share it, because messages are matched to
/// commands by ID. When the session is closed, the guest hangs up the commands that were started
/// through it.
public final class GuestChannel implements AutoCloseable {
    private static final int MAX_LINE_LENGTH = 128 * 1024;

    /// Maximum size of a command's input in one message.
    private static final int CHUNK = 32 * 1024;

    /// Maximum number of unread messages of a command; the channel stops reading the socket while
    /// there are more.
    private static final int MAX_UNREAD = 256;

    /// Maximum size of the output that `run` and `read` keep in memory.
    private static final int MAX_OUTPUT = 64 << 20;

    private final LineSocket socket;
    private final AutoCloseable port;
    private final AtomicLong lastId = new AtomicLong(1);
    private final ConcurrentHashMap<Long, BlockingQueue<GuestMessage>> commands =
            new ConcurrentHashMap<>();
    private final String nonce = UUID.randomUUID().toString();
    private final CompletableFuture<Boolean> greeted = new CompletableFuture<>();
    private volatile boolean ended;

    private GuestChannel(LineSocket socket, AutoCloseable port) {
        this.socket = socket;
        this.port = port;
    }

    /// Opens a session on the port at `path`.
    ///
    /// @param port the right to use this port, closed with the session
    /// @throws Silent if the guest's agent does not answer within the timeout
    public static GuestChannel connect(Path path, AutoCloseable port, Duration within)
            throws Silent, InterruptedException {
        try {
            return over(LineSocket.connect(path, MAX_LINE_LENGTH), port, within);
        } catch (IOException e) {
            release(port);
            throw new Silent("no control port at " + path, e);
        }
    }

    static GuestChannel over(LineSocket socket, AutoCloseable port, Duration within)
            throws Silent, InterruptedException {
        var channel = new GuestChannel(socket, port);
        Thread.ofVirtual().name("guest-reader").start(channel::readAll);
        try {
            channel.greet(within);
            return channel;
        } catch (Silent | InterruptedException e) {
            channel.close();
            throw e;
        }
    }

    /// Sends a greeting each second until the guest answers; a booting guest loses messages that
    /// arrive before its agent starts.
    private void greet(Duration within) throws Silent, InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        do {
            try {
                socket.writeLine("\n" + GuestMessage.of(1, "hello", nonce).line());
            } catch (IOException e) {
                throw new Silent("the control port is gone: " + e.getMessage(), e);
            }
            long left = Math.clamp(deadline - System.nanoTime(), 0, TimeUnit.SECONDS.toNanos(1));
            try {
                if (greeted.get(left, TimeUnit.NANOSECONDS)) return;
                throw new Silent("QEMU closed the control port");
            } catch (TimeoutException _) {
                // The greeting is repeated.
            } catch (ExecutionException e) {
                throw new IllegalStateException("a greeting never fails", e);
            }
        } while (System.nanoTime() - deadline < 0);
        throw new Silent("the guest does not answer");
    }

    /// The end of a command.
    public sealed interface CommandEnd {
        record Exited(int code) implements CommandEnd {}

        record Killed(int signal) implements CommandEnd {}

        /// Returns the exit code that a shell would report.
        default int exitCode() {
            return switch (this) {
                case Exited(int code) -> code;
                case Killed(int signal) -> 128 + signal;
            };
        }
    }

    /// The result of a completed command, with its output.
    public record GuestCommandResult(CommandEnd end, String output, String errors) {
        public int exitCode() {
            return end.exitCode();
        }
    }

    /// Runs `command` in the guest, as root, without input.
    public GuestCommandResult run(Duration within, List<String> command)
            throws GuestException, InterruptedException {
        var output = new LimitedOutput();
        var errors = new LimitedOutput();
        CommandEnd end = run(within, command, InputStream.nullInputStream(), output, errors);
        return new GuestCommandResult(end, output.text(), errors.text());
    }

    /// Runs `command` in the guest, as root, connected to these streams.
    public CommandEnd run(
            Duration within,
            List<String> command,
            InputStream input,
            OutputStream output,
            OutputStream errors)
            throws GuestException, InterruptedException {
        long id = lastId.incrementAndGet();
        var inbox = open(id);
        try {
            send(GuestMessage.of(id, "exec", command.toArray(String[]::new)));
            return receiveUntilEnd(id, inbox, within, input, output, errors);
        } finally {
            commands.remove(id);
        }
    }

    /// Returns the content of a file of at most 16 MiB.
    public byte[] read(String path, Duration within) throws GuestException, InterruptedException {
        var output = new LimitedOutput();
        request(within, output, "read", path);
        return output.bytes.toByteArray();
    }

    public String readText(String path, Duration within)
            throws GuestException, InterruptedException {
        return new String(read(path, within), StandardCharsets.UTF_8);
    }

    /// Writes to a file with one system call, as kernel files require.
    public void write(String path, String text, Duration within)
            throws GuestException, InterruptedException {
        request(within, new LimitedOutput(), "write", path, text);
    }

    private void request(Duration within, OutputStream output, String verb, String... words)
            throws GuestException, InterruptedException {
        long id = lastId.incrementAndGet();
        var inbox = open(id);
        var errors = new LimitedOutput();
        try {
            send(GuestMessage.of(id, verb, words));
            CommandEnd end =
                    receiveUntilEnd(
                            id, inbox, within, InputStream.nullInputStream(), output, errors);
            if (end.exitCode() != 0) throw new Refused(errors.text().strip());
        } finally {
            commands.remove(id);
        }
    }

    /// Output in memory, up to 64 MiB.
    private static final class LimitedOutput extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void write(int next) throws IOException {
            write(new byte[] {(byte) next}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int count) throws IOException {
            if (bytes.size() + count > MAX_OUTPUT) throw new IOException("more than 64 MiB");
            bytes.write(from, offset, count);
        }

        String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }

    private BlockingQueue<GuestMessage> open(long id) {
        var inbox = new LinkedBlockingQueue<GuestMessage>(MAX_UNREAD);
        commands.put(id, inbox);
        return inbox;
    }

    private CommandEnd receiveUntilEnd(
            long id,
            BlockingQueue<GuestMessage> inbox,
            Duration within,
            InputStream input,
            OutputStream output,
            OutputStream errors)
            throws GuestException, InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        try {
            while (true) {
                Optional<GuestMessage> next = take(inbox, deadline);
                if (next.isEmpty()) {
                    trySend(GuestMessage.of(id, "kill", "9"));
                    throw new Silent("no end within " + within.toSeconds() + " s");
                }
                GuestMessage message = next.get();
                switch (message.verb()) {
                    // The thread is not ended with the command, because an interrupt would close
                    // the whole channel.
                    case "more" -> Thread.startVirtualThread(() -> feed(id, input));
                    case "out", "err" -> {
                        OutputStream stream = message.verb().equals("out") ? output : errors;
                        stream.write(message.data());
                        stream.flush();
                    }
                    case "exit" -> {
                        return new CommandEnd.Exited(Integer.parseInt(message.text()));
                    }
                    case "signal" -> {
                        return new CommandEnd.Killed(Integer.parseInt(message.text()));
                    }
                    case "error" -> throw new Refused(message.text().strip());
                    case GONE ->
                            throw new Silent(
                                    "the connection to the VM ended while the command ran");
                    default -> throw new Refused("the guest said \"" + message.verb() + "\"");
                }
            }
        } catch (IOException e) {
            trySend(GuestMessage.of(id, "kill", "1"));
            throw new Refused("cannot write the command's output: " + e.getMessage());
        } catch (NumberFormatException _) {
            throw new Refused("the guest ended the command without a code");
        }
    }

    private Optional<GuestMessage> take(BlockingQueue<GuestMessage> inbox, long deadline)
            throws InterruptedException {
        while (true) {
            long left = Math.min(deadline - System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(200));
            var message = inbox.poll(Math.max(left, 0), TimeUnit.NANOSECONDS);
            if (message != null) return Optional.of(message);
            if (ended && inbox.isEmpty()) return Optional.of(GuestMessage.of(0, GONE));
            if (System.nanoTime() - deadline >= 0) return Optional.empty();
        }
    }

    /// Sends one chunk of input for each `more` message, so that neither side has to buffer more.
    private void feed(long id, InputStream input) {
        try {
            byte[] chunk = new byte[CHUNK];
            int count = input.read(chunk);
            send(
                    count < 0
                            ? GuestMessage.of(id, "eof")
                            : new GuestMessage(id, "in", List.of(Arrays.copyOf(chunk, count))));
        } catch (IOException | Silent | Refused _) {
            trySend(GuestMessage.of(id, "eof"));
        }
    }

    private void send(GuestMessage message) throws Silent, Refused {
        String line = message.line();
        if (line.length() > MAX_LINE_LENGTH) throw new Refused("the command line is too long");
        try {
            socket.writeLine(line);
        } catch (IOException e) {
            throw new Silent("the connection to the VM ended: " + e.getMessage(), e);
        }
    }

    private void trySend(GuestMessage message) {
        try {
            send(message);
        } catch (Silent | Refused _) {
            // The guest no longer needs the message.
        }
    }

    private static final String GONE = "gone";

    private void readAll() {
        try {
            Optional<String> line = socket.readLine();
            while (line.isPresent()) {
                receive(line.get());
                line = socket.readLine();
            }
        } catch (IOException _) {
            // Waiting commands are notified of the end of the session.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            ended = true;
            greeted.complete(false);
            close();
        }
    }

    private void receive(String line) throws InterruptedException {
        Optional<GuestMessage> parsed = GuestMessage.parse(line);
        if (parsed.isEmpty()) return;
        GuestMessage message = parsed.get();
        if (message.verb().equals("hello")) {
            if (message.text().equals(nonce)) greeted.complete(true);
            return;
        }
        // Messages before the answer to our greeting belong to an earlier session.
        if (!greeted.isDone()) return;
        var inbox = commands.get(message.id());
        while (inbox != null && !inbox.offer(message, 100, TimeUnit.MILLISECONDS)) {
            if (!commands.containsKey(message.id())) return;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // The session ends in any case.
        } finally {
            release(port);
        }
    }

    private static void release(AutoCloseable port) {
        try {
            port.close();
        } catch (Exception e) {
            throw new IllegalStateException("giving a port back never fails", e);
        }
    }
}
