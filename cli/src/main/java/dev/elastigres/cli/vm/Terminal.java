package dev.elastigres.cli.vm;

import dev.elastigres.vm.VmException;
import dev.elastigres.vm.process.Program;
import dev.elastigres.vm.process.ProgramFailed;
import java.io.Console;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The terminal that this command runs in, taken over so that each key goes to the guest.
final class Terminal implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final String before;

    private Terminal(String before) {
        this.before = before;
    }

    /// Whether a person sits at both ends.
    static boolean isThere() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }

    static Terminal raw() throws VmException, InterruptedException {
        String before = stty("-g").strip();
        stty("raw", "-echo");
        return new Terminal(before);
    }

    /// Rows and columns, as `stty` takes them.
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
            return new Program(command, Map.of(), LIMIT).run();
        } catch (ProgramFailed e) {
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
