package dev.elastigres.node;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `help COMMAND [SUBCOMMAND]` prints what `COMMAND SUBCOMMAND --help` prints, whoever reads the
/// command's arguments. It works below any command that has it as a subcommand.
@Command(
        name = "help",
        description = "Show the help of a command, or of all commands.",
        mixinStandardHelpOptions = true,
        footer = {"elastigres help agent status", "elastigres help --all"})
public final class HelpCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "The command, and its subcommand if it has any.")
    private List<String> path = new ArrayList<>();

    @Option(names = "--all", description = "Show the help of the subcommands, too.")
    private boolean all;

    public HelpCommand() {}

    @Override
    public Integer call() {
        CommandLine parent = spec.parent().commandLine();
        CommandLine command = parent;
        for (String name : path) {
            CommandLine next = command.getSubcommands().get(name);
            if (next == null)
                throw new ParameterException(
                        parent,
                        "%s has no command %s"
                                .formatted(command.getCommandSpec().qualifiedName(), name));
            command = next;
        }
        return show(parent, command, path);
    }

    /// Prints the help of a command and, with `--all`, those of its subcommands after it.
    ///
    /// @param names of the command below `parent`
    private int show(CommandLine parent, CommandLine command, List<String> names) {
        var arguments = new ArrayList<>(names);
        arguments.add("--help");
        int code = parent.execute(arguments.toArray(String[]::new));
        if (!all) return code;
        for (var below : command.getSubcommands().entrySet()) {
            System.out.println();
            var longer = new ArrayList<>(names);
            longer.add(below.getKey());
            code = Math.max(code, show(parent, below.getValue(), longer));
        }
        return code;
    }
}
