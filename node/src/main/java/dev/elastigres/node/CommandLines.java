package dev.elastigres.node;

import dev.elastigres.daemon.service.BuildVersion;
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
                .setParameterExceptionHandler((e, _) -> usage(e));
    }

    /// One line for a mistake: what was wrong, and where to look.
    private static int usage(ParameterException e) {
        CommandLine command = e.getCommandLine();
        String path = command.getCommandSpec().qualifiedName();
        command.getErr()
                .println(
                        path + ": " + e.getMessage() + suggestion(e) + "; see " + path + " --help");
        return CommandLine.ExitCode.USAGE;
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
