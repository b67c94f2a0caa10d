package dev.elastigres.cli;

import dev.elastigres.cli.recommend.RecommendCommand;
import dev.elastigres.cli.scheduler.SchedulerCommand;
import dev.elastigres.cli.simulate.SimulateCommand;
import dev.elastigres.cli.vm.VmCommand;
import dev.elastigres.inspect.doctor.DoctorCommand;
import dev.elastigres.inspect.init.InitCommand;
import dev.elastigres.inspect.kubectl.KubectlCommand;
import dev.elastigres.inspect.top.TopCommand;
import dev.elastigres.node.AgentCommand;
import dev.elastigres.node.CommandLines;
import dev.elastigres.node.HelpCommand;
import dev.elastigres.node.MonitorCommand;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `elastigres` command: finds the subcommand and returns its exit code (0 done, 1 failed, 2
/// wrong usage).
@Command(
        name = "elastigres",
        description = "Live vertical autoscaling for Postgres.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = CommandLines.VersionProvider.class,
        footer = {"", "`elastigres help COMMAND [SUBCOMMAND]` shows a command's own flags."},
        subcommands = {
            MonitorCommand.class,
            AgentCommand.class,
            TopCommand.class,
            VmCommand.class,
            RecommendCommand.class,
            SimulateCommand.class,
            SchedulerCommand.class,
            DoctorCommand.class,
            InitCommand.class,
            KubectlCommand.class
        })
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine(List.of(), List.of()).execute(args));
    }

    /// Returns the command line with the subcommands of this module, `more`, `help` and
    /// `completion`.
    ///
    /// @param more subcommands of other modules
    /// @param scripted names of the subcommands that a script around this program runs itself;
    ///     shells complete these, too
    public static CommandLine commandLine(List<Object> more, List<String> scripted) {
        CommandLine elastigres = CommandLines.of(new Main());
        more.forEach(elastigres::addSubcommand);
        elastigres.addSubcommand(new HelpCommand());
        elastigres.addSubcommand(
                new CompletionCommand(() -> commandLine(more, scripted), scripted));
        CommandLines.completeHelp(elastigres);
        return elastigres;
    }
}
