package dev.elastigres.daemon.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/// Detects whether standard error is a terminal. [System#console] covers stdin and stdout, which
/// may be redirected while stderr is not, so the kernel is asked for the descriptor's file. If this
/// fails, standard error does not count as a terminal.
final class TerminalDetection {
    private static final Path STDERR = Path.of("/proc/self/fd/2");

    private TerminalDetection() {}

    static boolean isStderr() {
        try {
            return isTerminal(Files.readSymbolicLink(STDERR).toString());
        } catch (IOException | UnsupportedOperationException _) {
            return false;
        }
    }

    static boolean isTerminal(String device) {
        return device.startsWith("/dev/pts/")
                || device.startsWith("/dev/tty")
                || device.equals("/dev/console");
    }

    /// Returns whether the terminal supports colours and its user wants them (no-color.org).
    static boolean hasColours(Map<String, String> environment) {
        return Objects.requireNonNullElse(environment.get("NO_COLOR"), "").isEmpty()
                && !"dumb".equals(environment.get("TERM"));
    }
}
