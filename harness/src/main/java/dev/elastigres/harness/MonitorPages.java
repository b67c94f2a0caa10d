package dev.elastigres.harness;

import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.JsonException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/// Reads the monitor's HTTP pages.
public final class MonitorPages implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(4);
    private static final Duration POLL = Duration.ofMillis(20);

    private final HttpClient client = HttpClient.newHttpClient();
    private final HostPort monitor;

    public MonitorPages(HostPort monitor) {
        this.monitor = monitor;
    }

    /// Waits until the monitor is ready.
    ///
    /// @throws MonitorConnectionException after `timeout`, with what was missing
    public void awaitReady(Duration timeout)
            throws MonitorConnectionException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        var answer = get("/readyz");
        while (answer.statusCode() != 200) {
            if (System.nanoTime() - deadline > 0)
                throw new MonitorConnectionException(
                        "the monitor is not ready after "
                                + timeout.toSeconds()
                                + " s: "
                                + answer.body().strip().replace("\n", "; "));
            Thread.sleep(POLL);
            answer = get("/readyz");
        }
    }

    /// Returns the monitor's whole status page.
    public Json.Obj status() throws MonitorConnectionException, InterruptedException {
        try {
            if (Json.parse(get("/status").body()) instanceof Json.Obj status) return status;
        } catch (JsonException e) {
            throw new MonitorConnectionException("the monitor's status cannot be read", e);
        }
        throw new MonitorConnectionException("the monitor's status is not an object");
    }

    /// Returns the usage from which the monitor requests more memory.
    public Bytes threshold() throws MonitorConnectionException, InterruptedException {
        Json.Obj status = status();
        if (status.get("memory").orElse(status) instanceof Json.Obj memory
                && memory.get("threshold_bytes").orElse(memory) instanceof Json.Num(String bytes))
            return new Bytes(Long.parseLong(bytes));
        throw new MonitorConnectionException("the monitor's status has no memory.threshold_bytes");
    }

    private HttpResponse<String> get(String path)
            throws MonitorConnectionException, InterruptedException {
        URI page = URI.create("http://" + monitor + path);
        try {
            return client.send(
                    HttpRequest.newBuilder(page).timeout(TIMEOUT).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new MonitorConnectionException("cannot read " + page, e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
