package dev.elastigres.node;

import dev.elastigres.agent.Main;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/// Runs the agent in this process or queries a running one. The daemon parses its own arguments.
@Command(
        name = "agent",
        description =
                "Run autoscaler-agent, the daemon of a host, query a running one (status, explain), hold the"
                        + " size of a VM (pause, pin, resume, preview), or undo resizes (release).",
        subcommands = {
            AgentStatusCommand.class,
            AgentExplainCommand.class,
            AgentPauseCommand.class,
            AgentPinCommand.class,
            AgentResumeCommand.class,
            AgentPreviewCommand.class,
            AgentReleaseCommand.class
        })
public final class AgentCommand implements Callable<Integer> {
    private static final List<String> HELP = List.of("-h", "--help", "--help=all");

    @Unmatched private final List<String> arguments = new ArrayList<>();

    public AgentCommand() {}

    /// Returns every flag of the daemon, long and short.
    public static List<String> flags() {
        return Main.flags();
    }

    @Override
    public Integer call() {
        int code = Main.run(arguments, System.getenv());
        if (HELP.stream().anyMatch(arguments::contains))
            System.out.print(
                    """
                    To query a running agent: elastigres agent status, elastigres agent explain VM.
                    To hold the size of a VM: elastigres agent pause, pin, resume, preview.
                    To restore the limits of cgroups: elastigres agent release.
                    """);
        return code;
    }
}
