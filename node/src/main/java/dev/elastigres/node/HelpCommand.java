package dev.elastigres.node;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `help COMMAND [SUBCOMMAND]` prints what `COMMAND SUBCOMMAND --help` prints, whoever reads the
/// command's arguments. It works below any command that has it as a subcommand.
@Command(
        name = "help",
        description = "Show the help of a command.",
        mixinStandardHelpOptions = true,
        footer = "elastigres help agent status")
public final class HelpCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "The command, and its subcommand if it has any.")
    private List<String> path = new ArrayList<>();

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
        var arguments = new ArrayList<>(path);
        arguments.add("--help");
        return parent.execute(arguments.toArray(String[]::new));
    }
}
