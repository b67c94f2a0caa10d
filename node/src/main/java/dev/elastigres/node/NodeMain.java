package dev.elastigres.node;

import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `elastigres` command in the image for Kubernetes: the daemons and the queries to an agent. A
/// daemon starts without loading the command-line library, which keeps its process
/// smaller.
@Command(
        name = "elastigres",
        description =
                "Live vertical autoscaling for Postgres: the daemons of a Kubernetes cluster.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = CommandLines.VersionProvider.class,
        subcommands = {
            MonitorCommand.class,
            AgentCommand.class,
            ControllerCommand.class,
            HelpCommand.class
        })
public final class NodeMain {
    /// The subcommands that query a running agent.
    private static final List<String> QUESTIONS = List.of("status", "explain");

    NodeMain() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String[] args) {
        String command = args.length == 0 ? "" : args[0];
        List<String> rest =
                args.length == 0 ? List.of() : Arrays.asList(args).subList(1, args.length);
        boolean isQuestion = !rest.isEmpty() && QUESTIONS.contains(rest.getFirst());
        if (command.equals("monitor"))
            return dev.elastigres.monitor.Main.run(rest, System.getenv());
        if (command.equals("controller"))
            return dev.elastigres.controller.Main.run(rest, System.getenv());
        if (command.equals("agent") && !isQuestion)
            return dev.elastigres.agent.Main.run(rest, System.getenv());
        CommandLine elastigres = CommandLines.of(new NodeMain());
        CommandLines.completeHelp(elastigres);
        return elastigres.execute(args);
    }
}
