package dev.elastigres.monitor;

import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.testbed.process.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A monitor in a separate process.
final class TestMonitorProcess extends JavaProcess {
    private final Path log;

    private TestMonitorProcess(Map<String, String> environment, List<String> flags, Path log)
            throws IOException {
        super(Main.class, flags, environment, log);
        this.log = log;
    }

    static TestMonitorProcess start(String... flags) throws IOException {
        return start(Map.of(), flags);
    }

    /// @param environment the whole environment, except that metrics are off by default
    static TestMonitorProcess start(Map<String, String> environment, String... flags)
            throws IOException {
        var variables = new HashMap<String, String>();
        variables.put("ELASTIGRES_METRICS_HOST_ADDR", "off");
        variables.put("ELASTIGRES_METRICS_CACHE_ADDR", "off");
        variables.putAll(environment);
        Path log = Files.createTempFile("elastigres-monitor-", ".log");
        return new TestMonitorProcess(variables, List.of(flags), log);
    }

    /// Reads the address from the first line, which is printed when the monitor listens.
    HostPort address() throws IOException {
        return new HostPort("127.0.0.1", number("listening on 127.0.0.1:"));
    }

    @Override
    public void close() throws IOException {
        super.close();
        Files.deleteIfExists(log);
    }
}
