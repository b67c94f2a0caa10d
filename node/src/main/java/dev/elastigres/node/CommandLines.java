package dev.elastigres.node;

import dev.elastigres.daemon.service.BuildVersion;
import dev.elastigres.daemon.settings.ConnectionText;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/// How every `elastigres` command line is read, and how its mistakes are reported.
public final class CommandLines {
    private CommandLines() {}

    /// @param command the uppermost: `elastigres`
    public static CommandLine of(Object command) {
        return new CommandLine(command)
                .setExpandAtFiles(false)
                .setExecutionStrategy(CommandLines::run)
                .setParameterExceptionHandler(CommandLines::usage);
    }

    /// Refuses a connection string where none belongs before any command can repeat it.
    private static int run(ParseResult parsed) {
        for (ParseResult each :
                parsed.asCommandLineList().stream().map(CommandLine::getParseResult).toList())
            for (ArgSpec argument : each.matchedArgs())
                if (!takesAnyText(argument)
                        && argument.originalStringValues().stream().anyMatch(ConnectionText::isIn))
                    throw new ParameterException(
                            argument.command().commandLine(),
                            "%s is a connection string, which does not belong here"
                                    .formatted(argument.paramLabel()));
        return new RunLast().execute(parsed);
    }

    /// Whether it is what another program gets, or a URL, which may have a password of its own.
    private static boolean takesAnyText(ArgSpec argument) {
        boolean isPassedOn =
                argument.isPositional()
                        && argument.isMultiValue()
                        && argument.command().parser().stopAtPositional();
        return isPassedOn || argument.paramLabel().equals("URL");
    }

    /// One line for a mistake: what was wrong, and where to look.
    private static int usage(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        String path = command.getCommandSpec().qualifiedName();
        command.getErr()
                .println(
                        path
                                + ": "
                                + withoutSecrets(e, arguments)
                                + suggestion(e)
                                + "; see "
                                + path
                                + " --help");
        return CommandLine.ExitCode.USAGE;
    }

    /// A connection string in the wrong place is not repeated.
    private static String withoutSecrets(ParameterException e, String[] arguments) {
        String message = String.valueOf(e.getMessage());
        for (String argument : arguments)
            if (ConnectionText.isIn(argument)) message = message.replace(argument, "***");
        return ConnectionText.isIn(message)
                ? "an argument is a connection string, which does not belong here"
                : message;
    }

    private static String suggestion(ParameterException e) {
        if (!(e instanceof UnmatchedArgumentException unmatched)) return "";
        List<String> close = unmatched.getSuggestions();
        return close.isEmpty() ? "" : " (did you mean " + String.join(" or ", close) + "?)";
    }

    /// The version of this build.
    public static final class VersionProvider implements IVersionProvider {
        public VersionProvider() {}

        @Override
        public String[] getVersion() {
            return new String[] {"elastigres " + BuildVersion.of(CommandLines.class)};
        }
    }
}
