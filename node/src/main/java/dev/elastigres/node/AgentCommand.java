package dev.elastigres.node;

import dev.elastigres.agent.Main;
import dev.elastigres.kubernetes.Kubernetes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/// Runs the agent in this process, or asks one that runs. The daemon's arguments are its own.
@Command(
        name = "agent",
        description = "Run autoscaler-agent, the daemon on the host, or ask one (status, explain).",
        subcommands = {AgentStatusCommand.class, AgentExplainCommand.class})
public final class AgentCommand implements Callable<Integer> {
    private static final List<String> HELP = List.of("-h", "--help");

    @Unmatched private final List<String> arguments = new ArrayList<>();

    public AgentCommand() {}

    /// The daemon, with all that it can be told to look after.
    public static int run(List<String> arguments, Map<String, String> environment) {
        return Main.run(arguments, environment, Optional.of(new Kubernetes()));
    }

    @Override
    public Integer call() {
        int code = run(arguments, System.getenv());
        if (HELP.stream().anyMatch(arguments::contains))
            System.out.println(
                    "To one that runs: elastigres agent status, elastigres agent explain VM.");
        return code;
    }
}
