package dev.elastigres.cli.vm;

import dev.elastigres.host.terminal.RawTerminal;
import dev.elastigres.host.terminal.TerminalSize;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.guest.GuestException;
import dev.elastigres.vm.qemu.ShellQuoting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Runs commands in the guest over its control channel, which needs no network and no password.
final class GuestCommands {
    private static final Duration CONNECT = Duration.ofSeconds(20);
    private static final Duration NO_TIMEOUT = Duration.ofDays(365);

    private GuestCommands() {}

    @Command(
            name = "exec",
            description = "Run a command in the guest, as root; its exit code is this command's.",
            mixinStandardHelpOptions = true,
            footer = "elastigres vm exec db1 -- free -m")
    static final class ExecCommand extends VmTask {
        @Parameters(index = "0", paramLabel = "NAME")
        String name = "";

        @Parameters(
                index = "1..*",
                arity = "1..*",
                paramLabel = "COMMAND",
                description = "The command and its arguments.")
        List<String> command = List.of();

        @Option(
                names = {"-t", "--tty"},
                description = "Give the command a terminal.")
        boolean terminal;

        /// Options after NAME belong to the command.
        @Spec
        void setSpec(CommandSpec spec) {
            spec.parser().stopAtPositional(true);
        }

        @Override
        int run(VmManager machines) throws VmException, GuestException, InterruptedException {
            List<String> whole = withoutDashes(command);
            if (whole.isEmpty()) throw new VmException.Refused("needs a command after " + name);
            return GuestCommands.run(machines, name, whole, terminal);
        }
    }

    @Command(
            name = "psql",
            description = "Run psql in the guest as the database's owner.",
            mixinStandardHelpOptions = true,
            footer = "elastigres vm psql db1 -- -c 'select version()'")
    static final class PsqlCommand extends VmTask {
        @Parameters(index = "0", paramLabel = "NAME", description = "The VM.")
        String name = "";

        @Parameters(
                index = "1..*",
                paramLabel = "PSQL-ARGUMENT",
                description = "Everything after NAME is an argument of psql.")
        List<String> arguments = new ArrayList<>();

        /// Options after NAME belong to psql.
        @Spec
        void setSpec(CommandSpec spec) {
            spec.parser().stopAtPositional(true);
        }

        @Override
        int run(VmManager machines) throws VmException, GuestException, InterruptedException {
            var command = new ArrayList<>(List.of("psql"));
            command.addAll(arguments);
            return GuestCommands.run(machines, name, command, RawTerminal.isAvailable());
        }
    }

    private static String sttyArguments(TerminalSize size) {
        return "rows %d cols %d".formatted(size.rows(), size.columns());
    }

    /// Removes an optional `--` before the command.
    static List<String> withoutDashes(List<String> command) {
        return command.getFirst().equals("--") ? command.subList(1, command.size()) : command;
    }

    private static int run(VmManager machines, String name, List<String> command, boolean terminal)
            throws VmException, GuestException, InterruptedException {
        try (var guest = machines.running(name).guest(CONNECT)) {
            if (!terminal)
                return guest.run(NO_TIMEOUT, command, System.in, System.out, System.err).exitCode();
            var inTerminal = withTerminal(command);
            try (var _ = VmTask.rawTerminal()) {
                return guest.run(NO_TIMEOUT, inTerminal, System.in, System.out, System.err)
                        .exitCode();
            }
        }
    }

    /// Wraps the command in `script`, which provides a terminal, with the size and type of this
    /// one.
    private static List<String> withTerminal(List<String> command) {
        String words = command.stream().map(ShellQuoting::quoted).collect(Collectors.joining(" "));
        String whole =
                "stty %s; export TERM=%s; exec %s"
                        .formatted(
                                TerminalSize.read().map(GuestCommands::sttyArguments).orElse(""),
                                ShellQuoting.quoted(System.getenv().getOrDefault("TERM", "xterm")),
                                words);
        return List.of("script", "--quiet", "--return", "--command", whole, "/dev/null");
    }
}
