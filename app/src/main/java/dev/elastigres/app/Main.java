package dev.elastigres.app;

import dev.elastigres.bench.BenchCommand;
import dev.elastigres.cluster.ClusterCommand;
import dev.elastigres.demo.DemoCommand;
import dev.elastigres.distribution.PackageCommand;
import java.util.List;
import picocli.CommandLine;

/// `elastigres` as it runs from a checkout: the installed command and commands for developers.
public final class Main {
    /// The commands of the script `elastigres` in a checkout.
    private static final List<String> SCRIPTED = List.of("test", "lab", "fuzz", "screenshots");

    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine elastigres =
                dev.elastigres.cli.Main.commandLine(
                        List.of(
                                new DemoCommand(),
                                new ClusterCommand(),
                                new PackageCommand(),
                                new BenchCommand()),
                        SCRIPTED);
        elastigres
                .getCommandSpec()
                .usageMessage()
                .footer(
                        "",
                        "`elastigres help COMMAND [SUBCOMMAND]` shows a command's own flags.",
                        "`elastigres test` runs the project's tests, `elastigres lab` those in"
                                + " virtual machines, `elastigres fuzz` searches for inputs that"
                                + " break the parsers, and `elastigres screenshots` makes the"
                                + " pictures of the live page.");
        return elastigres;
    }
}
