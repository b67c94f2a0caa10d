package dev.elastigres.cli;

import dev.elastigres.cli.agent.AgentCommand;
import dev.elastigres.cli.bench.BenchCommand;
import dev.elastigres.cli.cluster.ClusterCommand;
import dev.elastigres.cli.demo.DemoCommand;
import dev.elastigres.cli.pack.PackageCommand;
import dev.elastigres.cli.recommend.RecommendCommand;
import dev.elastigres.cli.simulate.SimulateCommand;
import dev.elastigres.cli.vm.VmCommand;
import dev.elastigres.daemon.service.BuildVersion;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// The `elastigres` command: finds the subcommand and returns its exit code (0 done, 1 failed, 2
/// wrong usage).
@Command(
        name = "elastigres",
        description = "Live vertical autoscaling for Postgres.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        footer = {
            "",
            "`elastigres help COMMAND` shows a command's own flags.",
            "`elastigres test` runs the project's tests, `elastigres lab` those in virtual machines."
        },
        subcommands = {
            DemoCommand.class,
            MonitorCommand.class,
            AgentCommand.class,
            VmCommand.class,
            RecommendCommand.class,
            SimulateCommand.class,
            ClusterCommand.class,
            PackageCommand.class,
            BenchCommand.class,
            HelpCommand.class
        })
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return commandLine(new Main());
    }

    /// @param command the uppermost
    static CommandLine commandLine(Object command) {
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

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"elastigres " + BuildVersion.of(Main.class)};
        }
    }
}
