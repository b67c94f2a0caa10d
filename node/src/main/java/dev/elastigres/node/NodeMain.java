package dev.elastigres.node;

import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;

/// `elastigres` as it is in the image, on a Kubernetes node: the two daemons, and the questions
/// to an agent. A daemon is started without the library that reads commands, and is the smaller
/// for it.
@Command(
        name = "elastigres",
        description = "Live vertical autoscaling for Postgres: the daemons of a node.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = CommandLines.VersionProvider.class,
        subcommands = {MonitorCommand.class, AgentCommand.class, HelpCommand.class})
public final class NodeMain {
    /// What an agent that runs is asked.
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
        if (command.equals("agent") && !isQuestion)
            return dev.elastigres.agent.Main.run(rest, System.getenv());
        return CommandLines.of(new NodeMain()).execute(args);
    }
}
