package dev.elastigres.agent.pages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.protocol.metrics.MetricsText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsReaderTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(200);

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
    }

    @Test
    void aPageOfAPostgresWithoutSuchACacheHasNoWindows() throws Exception {
        answer(200, "lfc_hits 3\n");
        assertThat(MetricsReader.cache(MetricsReader.page(here()), TIMEOUT)).isEmpty();
        assertThatThrownBy(() -> MetricsReader.host(MetricsReader.page(here()), TIMEOUT))
                .isInstanceOf(MetricsPageException.class)
                .hasMessageStartingWith("http://" + here() + "/metrics: ")
                .hasMessageEndingWith("host_load1 is missing");
    }

    @Test
    void anotherAnswerThanAPageIsNamed() {
        answer(503, "later");
        assertThatThrownBy(() -> MetricsReader.host(MetricsReader.page(here()), TIMEOUT))
                .hasMessage("http://" + here() + "/metrics answers with 503");
    }

    @Test
    void aPageWithoutEndIsNotRead() {
        answer(200, "x".repeat(MetricsText.MAX_CHARACTERS + 1));
        assertThatThrownBy(() -> MetricsReader.host(MetricsReader.page(here()), TIMEOUT))
                .isInstanceOf(MetricsPageException.class)
                .hasRootCauseMessage("the page is longer than 1048576");
    }

    @Test
    void incompletePageTimesOut() {
        server.createContext(
                "/metrics",
                exchange -> {
                    exchange.sendResponseHeaders(200, 1000);
                    exchange.getResponseBody().write("host_load1 ".getBytes(UTF_8));
                    exchange.getResponseBody().flush();
                    awaitEnd();
                });
        assertThatThrownBy(() -> MetricsReader.host(MetricsReader.page(here()), SHORT))
                .isInstanceOf(MetricsPageException.class)
                .hasMessage("cannot read http://" + here() + "/metrics within 200 ms");
    }

    /// An incomplete page would look like a smaller load.
    @Test
    void rejectsTruncatedPage() throws Exception {
        try (var raw = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            answerRaw(raw, "HTTP/1.0 200 OK\r\nContent-Length: 50\r\n\r\nlfc_hits 3\n");
            var where = new HostPort("127.0.0.1", raw.getLocalPort());
            assertThatThrownBy(() -> MetricsReader.cache(MetricsReader.page(where), TIMEOUT))
                    .isInstanceOf(MetricsPageException.class)
                    .hasMessage("cannot read http://" + where + "/metrics")
                    .hasRootCauseMessage("the page is incomplete");
        }
    }

    @Test
    void aPageWithoutALengthEndsWithItsConnection() throws Exception {
        try (var raw = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            answerRaw(raw, "HTTP/1.0 200 OK\r\n\r\nlfc_hits 3\n");
            var where = new HostPort("127.0.0.1", raw.getLocalPort());
            assertThat(MetricsReader.cache(MetricsReader.page(where), TIMEOUT)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Transfer-Encoding: chunked, the page has the encoding chunked",
        "Content-Encoding: gzip, the page has the encoding gzip",
        "content-length: -1, the page has an invalid length",
        "Content-Length: 99999999999999999999, the page has an invalid length",
        "Content-Length: 4000000000, the page is longer than 1048576",
        "'Content-Length: 11\r\nContent-Length: 12', the page has two different lengths",
    })
    void namesUnsupportedHeaders(String headers, String why) throws Exception {
        try (var raw = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            answerRaw(
                    raw,
                    "HTTP/1.1 200 OK\r\n"
                            + headers.translateEscapes()
                            + "\r\n\r\nb\r\nlfc_hits 3\n\r\n0\r\n\r\n");
            var where = new HostPort("127.0.0.1", raw.getLocalPort());
            assertThatThrownBy(() -> MetricsReader.cache(MetricsReader.page(where), TIMEOUT))
                    .hasRootCauseMessage(why);
        }
    }

    @Test
    void aHeadWithoutEndIsNotRead() throws Exception {
        try (var raw = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            answerRaw(raw, "HTTP/1.0 200 OK\r\nX: " + "y".repeat(100_000));
            var where = new HostPort("127.0.0.1", raw.getLocalPort());
            assertThatThrownBy(() -> MetricsReader.cache(MetricsReader.page(where), TIMEOUT))
                    .hasRootCauseMessage("the head of the answer is longer than 16384");
        }
    }

    /// A page sent byte by byte, as fast as possible, costs a read every few milliseconds, not for
    /// each byte.
    @Test
    void aPageThatDripsIsReadWithPauses() throws Exception {
        var dripped = new AtomicLong();
        try (var raw = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread peer =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try (var socket = raw.accept()) {
                                            socket.setTcpNoDelay(true);
                                            var out = socket.getOutputStream();
                                            out.write("HTTP/1.0 200 OK\r\n\r\n#".getBytes(UTF_8));
                                            while (true) {
                                                out.write('x');
                                                dripped.incrementAndGet();
                                            }
                                        } catch (IOException _) {
                                            // The reader disconnected, as expected.
                                        }
                                    });
            var where = new HostPort("127.0.0.1", raw.getLocalPort());
            var bean = ManagementFactory.getThreadMXBean();
            long before = bean.getCurrentThreadCpuTime();
            assertThatThrownBy(
                            () ->
                                    MetricsReader.cache(
                                            MetricsReader.page(where), Duration.ofSeconds(2)))
                    .isInstanceOf(MetricsPageException.class);
            Duration cost = Duration.ofNanos(bean.getCurrentThreadCpuTime() - before);
            peer.join();
            assertThat(dripped.get()).isGreaterThan(1000);
            assertThat(cost).isLessThan(Duration.ofMillis(400));
        }
    }

    @Test
    void rejectsResponseThatIsNotHttp() throws Exception {
        try (var raw = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            answerRaw(raw, "SSH-2.0-OpenSSH_9.2\r\n\r\n");
            var where = new HostPort("127.0.0.1", raw.getLocalPort());
            assertThatThrownBy(() -> MetricsReader.cache(MetricsReader.page(where), TIMEOUT))
                    .hasRootCauseMessage("not an HTTP response");
        }
    }

    /// Reads the request's head first, because unread input would reset the connection.
    private static void answerRaw(ServerSocket raw, String answer) {
        Thread.ofVirtual()
                .start(
                        () -> {
                            try (var peer = raw.accept();
                                    var in =
                                            new BufferedReader(
                                                    new InputStreamReader(
                                                            peer.getInputStream(), UTF_8))) {
                                String line = in.readLine();
                                while (line != null && !line.isEmpty()) line = in.readLine();
                                peer.getOutputStream().write(answer.getBytes(UTF_8));
                            } catch (IOException _) {
                                // The test has failed.
                            }
                        });
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
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(code, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private HostPort here() {
        return HostPort.of(server.getAddress());
    }
}
