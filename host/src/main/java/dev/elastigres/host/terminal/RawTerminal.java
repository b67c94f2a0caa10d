package dev.elastigres.host.terminal;

import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.host.process.ExternalProgramException;
import java.io.Console;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Changes the input mode of this process' terminal until it is closed.
public final class RawTerminal implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final String before;
    private final Consumer<String> report;

    private RawTerminal(String before, Consumer<String> report) {
        this.before = before;
        this.report = report;
    }

    /// Returns whether input and output are a terminal.
    public static boolean isAvailable() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }

    /// Passes each key to this process at once and without any processing, not even of Ctrl-C.
    ///
    /// @param report receives a message for the user if the mode cannot be restored
    public static RawTerminal raw(Consumer<String> report)
            throws ExternalProgramException, InterruptedException {
        return mode(report, "raw", "-echo");
    }

    /// Passes each key to this process at once; Ctrl-C still interrupts the process.
    ///
    /// @param report receives a message for the user if the mode cannot be restored
    public static RawTerminal unbuffered(Consumer<String> report)
            throws ExternalProgramException, InterruptedException {
        return mode(report, "-icanon", "min", "1", "time", "0", "-echo");
    }

    private static RawTerminal mode(Consumer<String> report, String... arguments)
            throws ExternalProgramException, InterruptedException {
        String before = stty("-g").strip();
        stty(arguments);
        return new RawTerminal(before, report);
    }

    /// Restores the mode.
    @Override
    public void close() {
        try {
            stty(before);
        } catch (ExternalProgramException e) {
            report.accept(
                    "cannot restore the terminal: " + e.getMessage() + "; `reset` restores it");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Runs `stty` for this process' terminal and returns its output.
    static String stty(String... arguments) throws ExternalProgramException, InterruptedException {
        var command = new ArrayList<>(List.of("stty", "-F", "/dev/tty"));
        command.addAll(List.of(arguments));
        return new ExternalProgram(command, Map.of(), TIMEOUT).run();
    }
}
