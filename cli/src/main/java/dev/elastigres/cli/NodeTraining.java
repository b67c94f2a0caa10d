package dev.elastigres.cli;

import dev.elastigres.cli.agent.AgentCommand;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Both daemons of a node in one process, from whose run one cache of classes is made for both.
public final class NodeTraining {
    /// What ends the monitor's flags and begins the agent's.
    public static final String THEN_AGENT = "then-agent";

    private NodeTraining() {}

    public static void main(String[] args) {
        List<String> all = Arrays.asList(args);
        int middle = all.indexOf(THEN_AGENT);
        Map<String, String> none = Map.of();
        List<String> agents = all.subList(middle + 1, all.size());
        Thread.ofPlatform().start(() -> AgentCommand.run(agents, none));
        System.exit(dev.elastigres.monitor.Main.run(all.subList(0, middle), none));
    }
}
