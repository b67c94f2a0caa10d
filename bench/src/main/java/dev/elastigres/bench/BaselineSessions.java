package dev.elastigres.bench;

import dev.elastigres.agent.monitor.MonitorConnection;
import dev.elastigres.agent.monitor.MonitorConnector;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.harness.HarnessException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Idle sessions with all monitors from one client. They cost what an agent's connections cost
/// without the agent.
final class BaselineSessions implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final HttpClient client;
    private final List<MonitorConnection> links = new ArrayList<>();

    private BaselineSessions(HttpClient client) {
        this.client = client;
    }

    /// Opens the sessions. Returns when the last handshake is complete.
    static BaselineSessions open(List<HostPort> monitors)
            throws HarnessException, InterruptedException {
        var sessions =
                new BaselineSessions(
                        HttpClient.newBuilder()
                                .executor(Executors.newVirtualThreadPerTaskExecutor())
                                .build());
        try {
            sessions.openAll(monitors);
            return sessions;
        } catch (HarnessException | InterruptedException e) {
            sessions.close();
            throw e;
        }
    }

    private void openAll(List<HostPort> monitors) throws HarnessException, InterruptedException {
        var connector = new MonitorConnector(client);
        var opening = new ArrayList<Future<MonitorConnection>>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (HostPort each : monitors)
                opening.add(
                        threads.submit(
                                () ->
                                        connector.open(
                                                MonitorConnection.agentEndpoint(each), TIMEOUT)));
            for (Future<MonitorConnection> each : opening) links.add(each.get());
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new HarnessException("the monitors cannot all be connected", cause);
        }
    }

    @Override
    public void close() {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (MonitorConnection each : links) threads.execute(each::close);
        }
        client.shutdownNow();
    }
}
