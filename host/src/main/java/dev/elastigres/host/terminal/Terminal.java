package dev.elastigres.host.terminal;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The terminal of standard output. Not thread-safe.
public final class Terminal {
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);

    private final boolean colour;
    private final boolean unicode;
    private TerminalSize size;
    private Duration polledAt = Duration.ZERO;

    private Terminal(boolean colour, boolean unicode, TerminalSize size) {
        this.colour = colour;
        this.unicode = unicode;
        this.size = size;
    }

    /// Returns the terminal; empty if standard output is no terminal, one without cursor control,
    /// or one that is smaller than `min`. Colours are off if `NO_COLOR` is set.
    ///
    /// @param charset of standard output
    public static Optional<Terminal> find(
            TerminalSize min, Map<String, String> environment, Charset charset) {
        String type = Objects.requireNonNullElse(environment.get("TERM"), "dumb");
        if (type.equals("dumb") || !isTerminal(Path.of("/proc/self/fd/1"))) return Optional.empty();
        boolean colour = Objects.requireNonNullElse(environment.get("NO_COLOR"), "").isEmpty();
        boolean unicode = charset.equals(StandardCharsets.UTF_8);
        return TerminalSize.read()
                .filter(it -> it.rows() >= min.rows() && it.columns() >= min.columns())
                .map(it -> new Terminal(colour, unicode, it));
    }

    /// Returns whether the file descriptor is a terminal.
    ///
    /// @param descriptor link to the descriptor's file, below `/proc`
    static boolean isTerminal(Path descriptor) {
        try {
            String device = Files.readSymbolicLink(descriptor).toString();
            return device.startsWith("/dev/pts/")
                    || device.startsWith("/dev/tty")
                    || device.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException _) {
            return false;
        }
    }

    /// Returns the terminal's size at `now`. It is read at most once a second.
    ///
    /// @param now time since any fixed moment
    public TerminalSize size(Duration now) {
        if (now.minus(polledAt).compareTo(POLL_INTERVAL) >= 0) {
            polledAt = now;
            TerminalSize.read().ifPresent(it -> size = it);
        }
        return size;
    }

    /// Returns a formatter for the terminal's width at `now`.
    public TerminalText text(Duration now) {
        return new TerminalText(size(now).columns(), colour, unicode);
    }
}
