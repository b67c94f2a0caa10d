package dev.elastigres.agent.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.protocol.metrics.MetricsText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsPagesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(200);

    private final HttpClient client = HttpClient.newHttpClient();
    private final MetricsPages pages = new MetricsPages(client);
    private final CountDownLatch end = new CountDownLatch(1);
    private HttpServer server = server();

    private static HttpServer server() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void start() {
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
        client.shutdownNow();
    }

    @Test
    void aPageOfAPostgresWithoutSuchACacheHasNoWindows() throws Exception {
        answer(200, "lfc_hits 3\n");
        assertThat(pages.cache(here(), LIMIT)).isEmpty();
        assertThatThrownBy(() -> pages.host(here(), LIMIT))
                .isInstanceOf(PageException.class)
                .hasMessage("http://" + here() + "/metrics: host_load1 is missing");
    }

    @Test
    void anotherAnswerThanAPageIsNamed() {
        answer(503, "later");
        assertThatThrownBy(() -> pages.host(here(), LIMIT))
                .hasMessage("http://" + here() + "/metrics answers with 503");
    }

    @Test
    void aPageWithoutEndIsNotRead() {
        answer(200, "x".repeat(MetricsText.MOST_CHARACTERS + 1));
        assertThatThrownBy(() -> pages.host(here(), LIMIT))
                .isInstanceOf(PageException.class)
                .hasMessageStartingWith("cannot read http://" + here());
    }

    @Test
    void aPageThatStopsHalfWayIsWaitedForInVain() {
        server.createContext(
                "/metrics",
                exchange -> {
                    exchange.sendResponseHeaders(200, 1000);
                    exchange.getResponseBody()
                            .write("host_load1 ".getBytes(StandardCharsets.UTF_8));
                    exchange.getResponseBody().flush();
                    awaitEnd();
                });
        assertThatThrownBy(() -> pages.host(here(), SHORT))
                .isInstanceOf(PageException.class)
                .hasMessage("cannot read http://" + here() + "/metrics within 200 ms");
    }

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(int code, String body) {
        server.createContext("/metrics", exchange -> send(exchange, code, body));
    }

    private static void send(HttpExchange exchange, int code, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(code, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private HostPort here() {
        return HostPort.of(server.getAddress());
    }
}
