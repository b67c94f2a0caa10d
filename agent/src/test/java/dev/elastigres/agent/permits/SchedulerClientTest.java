package dev.elastigres.agent.permits;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.protocol.scheduler.SchedulerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class SchedulerClientTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    @Test
    void sendsRequestAndReturnsPermit() throws Exception {
        try (var scheduler = new FakeScheduler(0, size(2));
                var permits = client(scheduler.address())) {
            assertThat(permits.ask(ask("pg", 3)))
                    .isEqualTo(
                            new Permit(
                                    size(2),
                                    false,
                                    Optional.of(
                                            "the scheduler at %s permits no more for now"
                                                    .formatted(scheduler.address()))));
            scheduler.moves = true;
            assertThat(permits.ask(ask("pg", 1))).isEqualTo(new Permit(size(1), true));
            var first =
                    new SchedulerRequest(
                            "tenants",
                            "pg",
                            ComputeUnit.DEFAULT,
                            size(3),
                            Optional.empty(),
                            OptionalDouble.of(0.75));
            var second =
                    new SchedulerRequest(
                            "tenants",
                            "pg",
                            ComputeUnit.DEFAULT,
                            size(1),
                            Optional.of(size(1)),
                            OptionalDouble.of(0.75));
            assertThat(scheduler.requests).containsExactly(first, second);
        }
    }

    @Test
    void forgetsLastPermitWhenVmLeaves() throws Exception {
        try (var scheduler = new FakeScheduler(0, size(2));
                var permits = client(scheduler.address())) {
            permits.join("pg", size(1));
            permits.ask(ask("pg", 2));
            permits.leave("pg");
            permits.ask(ask("pg", 2));
            permits.ask(ask("other", 2));
            assertThat(scheduler.requests)
                    .hasSize(3)
                    .allMatch(request -> request.lastPermit().isEmpty());
        }
    }

    @Test
    void passesOnImplausiblePermit() throws Exception {
        try (var server = answering(200, "{\"permit\":{\"vCPUs\":8,\"mem\":512}}");
                var permits = client(server.address())) {
            assertThat(permits.ask(ask("pg", 2)))
                    .extracting(Permit::size, Permit::moves)
                    .containsExactly(new Resources(8, Bytes.of(512)), false);
        }
    }

    // ---- failures

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "400|unsupported version 7|refuses the request, which is v5.0 of the protocol: unsupported version 7",
                "500||answers with status 500",
                "404|no such page|answers with status 404: no such page",
                "200|nonsense|sent an invalid permit: not JSON",
                "200|{}|sent an invalid permit: `permit` is missing",
                "200|{\"permit\":{\"vCPUs\":-1,\"mem\":1}}|`permit.vCPUs` is not a quantity from 0 on"
            })
    void reportsInvalidAnswerInOneLine(int status, String body, String why) throws Exception {
        String text = body == null ? "" : body + "\nmore";
        try (var server = answering(status, status == 200 ? body : text);
                var permits = client(server.address())) {
            assertThatThrownBy(() -> permits.ask(ask("pg", 2)))
                    .isInstanceOf(PermitException.class)
                    .hasMessageStartingWith("the scheduler at " + server.address() + " ")
                    .hasMessageContaining(why)
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void reportsRefusedConnection() throws Exception {
        HostPort address;
        try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = new HostPort("127.0.0.1", closed.getLocalPort());
        }
        try (var permits = client(address)) {
            assertThatThrownBy(() -> permits.ask(ask("pg", 2)))
                    .isInstanceOf(PermitException.class)
                    .hasMessage("cannot ask the scheduler at " + address + ": connection refused");
        }
    }

    @Test
    void reportsUnknownHost() {
        try (var permits = client(new HostPort("scheduler.invalid", 10299))) {
            assertThatThrownBy(() -> permits.ask(ask("pg", 2)))
                    .isInstanceOf(PermitException.class)
                    .hasMessage(
                            "cannot ask the scheduler at scheduler.invalid:10299:"
                                    + " unknown host");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a scheduler", "the_scheduler"})
    void aHostThatNoUriCanNameIsRefusedAtOnce(String host) {
        assertThatThrownBy(() -> client(new HostPort(host, 10299)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(host);
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        var visits = new AtomicInteger();
        try (var elsewhere =
                        new StubScheduler(
                                exchange -> {
                                    visits.incrementAndGet();
                                    FakeScheduler.reply(exchange, 200, "");
                                    exchange.close();
                                });
                var server =
                        new StubScheduler(
                                exchange -> {
                                    exchange.getResponseHeaders()
                                            .add("Location", "http://" + elsewhere.address() + "/");
                                    exchange.sendResponseHeaders(307, -1);
                                    exchange.close();
                                });
                var permits = client(server.address())) {
            assertThatThrownBy(() -> permits.ask(ask("pg", 2)))
                    .isInstanceOf(PermitException.class)
                    .hasMessageContaining("answers with status 307");
            assertThat(visits).hasValue(0);
        }
    }

    @Test
    void anAnswerHasItsLimit() throws Exception {
        try (var server = answering(200, " ".repeat(1 << 20));
                var permits = client(server.address())) {
            assertThatThrownBy(() -> permits.ask(ask("pg", 2)))
                    .isInstanceOf(PermitException.class)
                    .hasMessageStartingWith("cannot ask the scheduler at " + server.address())
                    .hasMessageContaining("65536");
        }
    }

    /// The head arrives at once and the body never ends: the timeout covers both.
    @Test
    void anAnswerThatDripsIsGivenUp() throws Exception {
        var left = new CountDownLatch(1);
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var permits =
                        new SchedulerClient(
                                new HostPort("127.0.0.1", server.getLocalPort()),
                                "default",
                                Duration.ofMillis(300))) {
            Thread.ofVirtual()
                    .start(
                            () -> {
                                try (var peer = server.accept()) {
                                    String head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{";
                                    peer.getOutputStream().write(head.getBytes(UTF_8));
                                    // Until the client disconnects.
                                    peer.getInputStream().readAllBytes();
                                } catch (IOException _) {
                                    // The client disconnected.
                                }
                                left.countDown();
                            });
            assertThatThrownBy(() -> permits.ask(ask("pg", 2)))
                    .isInstanceOf(PermitException.class)
                    .hasMessageEndingWith("did not answer within 300 ms");
            left.await();
            assertThat(left.getCount()).isZero();
        }
    }

    @Test
    void anAskCanBeInterrupted() throws Exception {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var permits =
                        new SchedulerClient(
                                new HostPort("127.0.0.1", silent.getLocalPort()),
                                "default",
                                Duration.ofSeconds(25))) {
            var asker = Thread.currentThread();
            Thread.ofVirtual()
                    .start(
                            () -> {
                                try (var peer = silent.accept()) {
                                    asker.interrupt();
                                    peer.getInputStream().readAllBytes();
                                } catch (IOException _) {
                                    // The client disconnected.
                                }
                            });
            assertThatThrownBy(() -> permits.ask(ask("pg", 2)))
                    .isInstanceOfAny(InterruptedException.class);
        }
    }

    private static SchedulerClient client(HostPort address) {
        return new SchedulerClient(address, "tenants", TIMEOUT);
    }

    private static PermitRequest ask(String vm, int wanted) {
        return new PermitRequest(
                vm,
                1,
                ComputeUnit.DEFAULT,
                size(1),
                size(wanted),
                size(1),
                false,
                Optional.of(0.75));
    }

    private static StubScheduler answering(int status, String body) throws IOException {
        return new StubScheduler(
                exchange -> {
                    try (exchange) {
                        exchange.getRequestBody().readAllBytes();
                        FakeScheduler.reply(exchange, status, body);
                    }
                });
    }

    private static final class StubScheduler implements AutoCloseable {
        private final HttpServer http;

        StubScheduler(HttpHandler handler) throws IOException {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            http.createContext("/", handler);
            http.start();
        }

        HostPort address() {
            return HostPort.of(http.getAddress());
        }

        @Override
        public void close() {
            http.stop(0);
        }
    }

    private static Resources size(int units) {
        return ComputeUnit.DEFAULT.times(units);
    }
}
