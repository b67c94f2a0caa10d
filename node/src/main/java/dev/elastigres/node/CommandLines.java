package dev.elastigres.node;

import dev.elastigres.daemon.service.BuildVersion;
import dev.elastigres.daemon.settings.ConnectionText;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// How every `elastigres` command line is read, and how its mistakes are reported.
public final class CommandLines {
    private CommandLines() {}

    /// @param command the uppermost: `elastigres`
    public static CommandLine of(Object command) {
        return new CommandLine(command)
                .setExpandAtFiles(false)
                .setParameterExceptionHandler(CommandLines::usage);
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
    public static final class Version implements IVersionProvider {
        public Version() {}

        @Override
        public String[] getVersion() {
            return new String[] {"elastigres " + BuildVersion.of(CommandLines.class)};
        }
    }
}
