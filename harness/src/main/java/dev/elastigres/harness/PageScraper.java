package dev.elastigres.harness;

import dev.elastigres.agent.monitor.MonitorConnectionException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/// SimulatedScraper metrics pages as Prometheus does, over persistent connections.
///
/// @param ports of 127.0.0.1, each of which serves `/metrics`
public record PageScraper(HttpClient client, List<Integer> ports) implements AutoCloseable {
    private static final String ACCEPT =
            "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";
    private static final Duration TIMEOUT = Duration.ofSeconds(4);
    private static final Duration FIRST_SCRAPE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(50);

    public static PageScraper of(List<Integer> ports) {
        return new PageScraper(HttpClient.newHttpClient(), ports);
    }

    /// Waits until all pages are served, which may be a moment after their process is ready.
    public void await() throws MonitorConnectionException, InterruptedException {
        long deadline = System.nanoTime() + FIRST_SCRAPE_TIMEOUT.toNanos();
        while (true) {
            try {
                scrape();
                return;
            } catch (MonitorConnectionException e) {
                if (System.nanoTime() - deadline > 0) throw e;
                Thread.sleep(POLL);
            }
        }
    }

    public void scrape() throws MonitorConnectionException, InterruptedException {
        for (int port : ports) {
            URI page = URI.create("http://127.0.0.1:" + port + "/metrics");
            try {
                HttpResponse<String> answer =
                        client.send(
                                HttpRequest.newBuilder(page)
                                        .header("Accept", ACCEPT)
                                        .timeout(TIMEOUT)
                                        .build(),
                                BodyHandlers.ofString());
                if (answer.statusCode() != 200)
                    throw new MonitorConnectionException(page + " answers " + answer.statusCode());
            } catch (IOException e) {
                throw new MonitorConnectionException("cannot read " + page, e);
            }
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
