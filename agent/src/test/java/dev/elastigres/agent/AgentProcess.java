package dev.elastigres.agent;

import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.testbed.process.JavaProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// An agent in a separate process, on a host without VMs.
final class AgentProcess extends JavaProcess {
    private AgentProcess(Path home, List<String> flags) throws IOException {
        super(Main.class, flags, Map.of("HOME", home.toString()), home.resolve("agent.log"));
    }

    /// @param home directory for VMs and the log
    static AgentProcess start(Path home, String... flags) throws IOException {
        return new AgentProcess(home, List.of(flags));
    }

    /// Reads the address from the first line, which is printed when the agent listens.
    HostPort address() throws IOException {
        return new HostPort("127.0.0.1", number("pages on 127.0.0.1:"));
    }
}
