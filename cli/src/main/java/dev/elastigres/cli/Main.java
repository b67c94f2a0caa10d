package dev.elastigres.cli;

import dev.elastigres.cli.agent.AgentCommand;
import dev.elastigres.cli.bench.BenchCommand;
import dev.elastigres.cli.cluster.ClusterCommand;
import dev.elastigres.cli.demo.DemoCommand;
import dev.elastigres.cli.pack.PackageCommand;
import dev.elastigres.cli.recommend.RecommendCommand;
import dev.elastigres.cli.simulate.SimulateCommand;
import dev.elastigres.cli.vm.VmCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `elastigres` command: finds the subcommand and returns its exit code (0 done, 1 failed, 2
/// wrong usage).
@Command(
        name = "elastigres",
        description = "Live vertical autoscaling for Postgres.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = CommandLines.Version.class,
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
        return CommandLines.of(new Main());
    }
}
