package dev.elastigres.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;

/// The `elastigres` command: finds the subcommand and returns its exit code (0 done, 1 failed, 2
// wrong usage).
@Command(
        name = "elastigres",
        description = "Live vertical autoscaling for Postgres.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {HelpCommand.class})
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main()).setExpandAtFiles(false);
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "elastigres "
                        + Main.class.getModule().getDescriptor().rawVersion().orElse("unknown")
            };
        }
    }
}
