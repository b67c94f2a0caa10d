package dev.elastigres.node;

import dev.elastigres.daemon.service.BuildVersion;
import dev.elastigres.daemon.settings.ConnectionText;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/// Configures the parsing of every `elastigres` command line and the reporting of usage errors.
public final class CommandLines {
    private CommandLines() {}

    /// @param command the top-level command, `elastigres`
    public static CommandLine of(Object command) {
        return new CommandLine(command)
                .setExpandAtFiles(false)
                .setExecutionStrategy(CommandLines::run)
                .setParameterExceptionHandler(CommandLines::usage);
    }

    /// Completes the help of each command below `command`: the footer is shown as examples, one a
    /// line, and `--version` prints the version of this build.
    public static void completeHelp(CommandLine command) {
        for (CommandLine each : command.getSubcommands().values()) {
            each.getCommandSpec().versionProvider(new VersionProvider());
            var usage = each.getCommandSpec().usageMessage();
            if (usage.footer().length > 0)
                usage.footerHeading("%nExamples:%n")
                        .footer(
                                Arrays.stream(usage.footer())
                                        .map(line -> "  " + line)
                                        .toArray(String[]::new));
            completeHelp(each);
        }
    }

    /// Rejects a misplaced connection string before any command can print it.
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

    /// Returns whether the argument is passed on to another program or is a URL, which may contain
    /// a password of its own.
    private static boolean takesAnyText(ArgSpec argument) {
        boolean isPassedOn =
                argument.isPositional()
                        && argument.isMultiValue()
                        && argument.command().parser().stopAtPositional();
        return isPassedOn || argument.paramLabel().equals("URL");
    }

    /// Prints a usage error in one line with a pointer to the help.
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

    /// Returns the error message without misplaced connection strings.
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

    /// Provides the version of this build.
    public static final class VersionProvider implements IVersionProvider {
        public VersionProvider() {}

        @Override
        public String[] getVersion() {
            return new String[] {"elastigres " + BuildVersion.of(CommandLines.class)};
        }
    }
}
