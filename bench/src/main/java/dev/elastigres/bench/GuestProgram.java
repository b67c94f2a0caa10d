package dev.elastigres.bench;

import dev.elastigres.harness.HarnessException;
import dev.elastigres.vm.guest.GuestChannel;
import dev.elastigres.vm.guest.GuestException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A program in a guest that communicates in lines. Not thread-safe.
final class GuestProgram implements AutoCloseable {
    private static final Duration NO_TIMEOUT = Duration.ofDays(1);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_WAITING = 10_000;

    private final String name;
    private final PipedOutputStream input = new PipedOutputStream();
    private final BlockingQueue<ProgramOutput> output = new LinkedBlockingQueue<>(MAX_WAITING);

    private GuestProgram(String name) {
        this.name = name;
    }

    /// Output of the program, in order.
    sealed interface ProgramOutput {
        record Line(String text) implements ProgramOutput {}

        /// The end of the output.
        ///
        /// @param why for users
        record End(String why) implements ProgramOutput {}
    }

    /// Starts `command` and waits until it reports that it is ready.
    static GuestProgram start(GuestChannel guest, String name, List<String> command)
            throws HarnessException, InterruptedException {
        var program = new GuestProgram(name);
        InputStream input;
        try {
            input = new PipedInputStream(program.input);
        } catch (IOException e) {
            throw new UncheckedIOException("a new pipe is not connected", e);
        }
        Thread.ofVirtual().name(name).start(() -> program.run(guest, command, input));
        program.expect("ready", START_TIMEOUT);
        return program;
    }

    private void run(GuestChannel guest, List<String> command, InputStream input) {
        var errors = new ByteArrayOutputStream();
        String why;
        try {
            var end = guest.run(NO_TIMEOUT, command, input, new LineSplitter(), errors);
            why = end + " " + errors.toString(StandardCharsets.UTF_8).strip();
        } catch (GuestException e) {
            why = String.valueOf(e.getMessage());
        } catch (InterruptedException _) {
            why = "interrupted";
        }
        var _ = output.offer(new ProgramOutput.End(why.strip()));
    }

    void say(String command) throws HarnessException {
        try {
            input.write((command + "\n").getBytes(StandardCharsets.UTF_8));
            input.flush();
        } catch (IOException e) {
            throw new HarnessException(name + " does not accept commands", e);
        }
    }

    /// Returns the next output, or null if none comes within `timeout`.
    @Nullable ProgramOutput receive(Duration timeout) throws InterruptedException {
        return output.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// Waits for the next line, which must begin with `word`.
    ///
    /// @return its words
    String[] expect(String word, Duration timeout) throws HarnessException, InterruptedException {
        return switch (receive(timeout)) {
            case null ->
                    throw new HarnessException(
                            name + " does not answer within " + timeout.toSeconds() + " s");
            case ProgramOutput.End(String why) ->
                    throw new HarnessException(name + " ended: " + why);
            case ProgramOutput.Line(String text) -> {
                String[] words = text.split(" ", -1);
                if (!words[0].equals(word))
                    throw new HarnessException(name + " says \"" + text + "\", not " + word);
                yield words;
            }
        };
    }

    /// The program ends at the end of its input.
    @Override
    public void close() {
        try {
            input.close();
        } catch (IOException _) {
            // It has ended already.
        }
    }

    /// Splits the program's output into lines.
    private final class LineSplitter extends OutputStream {
        private final ByteArrayOutputStream partial = new ByteArrayOutputStream();

        @Override
        public void write(int next) throws IOException {
            if (next != '\n') {
                partial.write(next);
                return;
            }
            String line = partial.toString(StandardCharsets.UTF_8);
            partial.reset();
            if (!output.offer(new ProgramOutput.Line(line)))
                throw new IOException("more than " + MAX_WAITING + " lines are unread");
        }
    }
}
