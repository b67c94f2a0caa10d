package dev.elastigres.demo;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The terminal of standard output. Not thread-safe.
final class DemoTerminal {
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final int MIN_ROWS = LiveFrame.HEIGHT + 4;
    private static final int MIN_COLUMNS = 20;

    private final MachineSizes scale;
    private final boolean colour;
    private final boolean unicode;
    private TerminalSize size;
    private Duration polledAt = Duration.ZERO;

    private record TerminalSize(int rows, int columns) {}

    private DemoTerminal(MachineSizes scale, boolean colour, boolean unicode, TerminalSize size) {
        this.scale = scale;
        this.colour = colour;
        this.unicode = unicode;
        this.size = size;
    }

    /// Returns the terminal; empty if standard output is no terminal, or one without cursor
    /// control.
    ///
    /// @param charset of standard output
    static Optional<DemoTerminal> find(
            MachineSizes scale, Map<String, String> environment, Charset charset) {
        String terminal = Objects.requireNonNullElse(environment.get("TERM"), "dumb");
        if (terminal.equals("dumb") || !isTerminal(Path.of("/proc/self/fd/1")))
            return Optional.empty();
        boolean colour = Objects.requireNonNullElse(environment.get("NO_COLOR"), "").isEmpty();
        boolean unicode = charset.equals(StandardCharsets.UTF_8);
        return size().filter(it -> it.rows >= MIN_ROWS && it.columns >= MIN_COLUMNS)
                .map(it -> new DemoTerminal(scale, colour, unicode, it));
    }

    private static boolean isTerminal(Path descriptor) {
        try {
            String device = Files.readSymbolicLink(descriptor).toString();
            return device.startsWith("/dev/pts/")
                    || device.startsWith("/dev/tty")
                    || device.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException _) {
            return false;
        }
    }

    /// Returns the frame of the picture at `at`. The terminal's size is polled once a second.
    LiveFrame frame(Duration at) {
        if (at.minus(polledAt).compareTo(POLL) >= 0) {
            polledAt = at;
            size().ifPresent(it -> size = it);
        }
        return new LiveFrame(scale, size.columns, colour, unicode);
    }

    /// Returns the size that `stty` reports; empty if it fails.
    private static Optional<TerminalSize> size() {
        try {
            Process stty =
                    new ProcessBuilder("stty", "size")
                            .redirectInput(new File("/dev/tty"))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String answer =
                    new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!stty.waitFor(1, TimeUnit.SECONDS) || stty.exitValue() != 0)
                return Optional.empty();
            String[] numbers = answer.strip().split(" ", -1);
            return Optional.of(
                    new TerminalSize(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1])));
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException _) {
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
