package dev.elastigres.cli.vm;

import dev.elastigres.vm.VmException;
import dev.elastigres.vm.process.ExternalProgram;
import dev.elastigres.vm.process.ExternalProgramException;
import java.io.Console;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Puts the terminal of this command into raw mode, so that each key is sent to the guest.
final class RawTerminal implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final String before;

    private RawTerminal(String before) {
        this.before = before;
    }

    /// Returns whether input and output are a terminal.
    static boolean isThere() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }

    static RawTerminal raw() throws VmException, InterruptedException {
        String before = stty("-g").strip();
        stty("raw", "-echo");
        return new RawTerminal(before);
    }

    /// Returns the rows and columns as arguments of `stty`; empty if they are unknown.
    static String size() throws VmException, InterruptedException {
        String[] size = stty("size").strip().split(" ", -1);
        return size.length == 2 ? "rows " + size[0] + " cols " + size[1] : "";
    }

    static String type() {
        return System.getenv().getOrDefault("TERM", "xterm");
    }

    private static String stty(String... arguments) throws VmException, InterruptedException {
        var command = new ArrayList<>(List.of("stty", "-F", "/dev/tty"));
        command.addAll(List.of(arguments));
        try {
            return new ExternalProgram(command, Map.of(), TIMEOUT).run();
        } catch (ExternalProgramException e) {
            throw new VmException.Failed("cannot use this terminal", e);
        }
    }

    @Override
    public void close() {
        try {
            stty(before);
        } catch (VmException e) {
            VmTask.say(e.getMessage() + "; `reset` puts it right");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
