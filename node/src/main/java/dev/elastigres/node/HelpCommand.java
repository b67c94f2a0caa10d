package dev.elastigres.node;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `help COMMAND` says what `COMMAND --help` says, whoever reads the command's arguments.
@Command(name = "help", description = "Show the help of a command.")
public final class HelpCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "COMMAND", description = "The command.")
    private @Nullable String command;

    public HelpCommand() {}

    @Override
    public Integer call() {
        CommandLine elastigres = spec.parent().commandLine();
        if (command == null) return elastigres.execute("--help");
        if (!elastigres.getSubcommands().containsKey(command))
            throw new ParameterException(
                    spec.commandLine(), "unknown command " + command + ": see elastigres --help");
        return elastigres.execute(command, "--help");
    }
}
