package dev.elastigres.bench;

import dev.elastigres.agent.monitor.MonitorLink;
import dev.elastigres.agent.monitor.Switchboard;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.harness.BenchException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Sessions with all monitors by one client, and nobody who uses them: what an agent's connections
/// cost without the agent.
final class BareSessions implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final HttpClient client;
    private final List<MonitorLink> links = new ArrayList<>();

    private BareSessions(HttpClient client) {
        this.client = client;
    }

    /// Returns when the last has shaken hands.
    static BareSessions open(List<HostPort> monitors) throws BenchException, InterruptedException {
        var sessions =
                new BareSessions(
                        HttpClient.newBuilder()
                                .executor(Executors.newVirtualThreadPerTaskExecutor())
                                .build());
        try {
            sessions.openAll(monitors);
            return sessions;
        } catch (BenchException | InterruptedException e) {
            sessions.close();
            throw e;
        }
    }

    private void openAll(List<HostPort> monitors) throws BenchException, InterruptedException {
        var switchboard = new Switchboard(client);
        var opening = new ArrayList<Future<MonitorLink>>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (HostPort each : monitors)
                opening.add(threads.submit(() -> switchboard.open(MonitorLink.door(each), LIMIT)));
            for (Future<MonitorLink> each : opening) links.add(each.get());
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new BenchException("the monitors cannot all be connected", cause);
        }
    }

    @Override
    public void close() {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (MonitorLink each : links) threads.execute(each::close);
        }
        client.shutdownNow();
    }
}
