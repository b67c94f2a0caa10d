package dev.elastigres.daemon.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTest {
    private static final Routes PUTS = Routes.NONE.withPut("/", _ -> Response.text(200, "taken"));

    private final Routes routes =
            Routes.NONE
                    .with("/hello", request -> Response.text(200, "hello " + request.method()))
                    .with("/json", _ -> Response.json(200, "{\"ö\":1}"))
                    .with(
                            "/broken",
                            _ -> {
                                throw new IllegalStateException("a bug");
                            })
                    .with(
                            "/header",
                            request -> Response.text(200, request.header("X-A").orElse("-")))
                    .below("/names/", request -> Response.text(200, "below: " + request.path()))
                    .below("/names/deep/", _ -> Response.text(200, "deeper"))
                    .with("/names/own", _ -> Response.text(200, "own"))
                    .with("/guarded", _ -> Response.text(401, "who are you?"))
                    .withWebSocket("/ws", WebSocket::receive);
    private TestServer server;

    @BeforeEach
    void start() throws ListenException {
        server = new TestServer(routes, ServerLimits.DEFAULT);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/names/a, below: /names/a",
        "/names/a/b%20c, below: /names/a/b%20c",
        "/names/deep/a, deeper",
        "/names/own, own"
    })
    void prefixRouteAnswersAllPathsBelowIt(String path, String body) throws IOException {
        assertThat(ask("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .endsWith(body + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/names/", "/names", "/namesake"})
    void prefixRouteRejectsPathsNotBelowIt(String path) throws IOException {
        assertThat(ask("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 404 ");
    }

    @Test
    void answersAndHangsUp() throws IOException {
        assertThat(ask("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .isEqualTo(
                        """
                        HTTP/1.1 200 OK\r
                        Content-Type: text/plain; charset=utf-8\r
                        Content-Length: 10\r
                        Connection: close\r
                        \r
                        hello GET
                        """);
    }

    @Test
    void headHasTheLengthButNoBody() throws IOException {
        assertThat(ask("HEAD /hello HTTP/1.1\r\n\r\n"))
                .contains("Content-Length: 11\r\n")
                .endsWith("\r\n\r\n");
        assertThat(ask("HEAD /nowhere HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 404 ")
                .endsWith("\r\n\r\n");
    }

    @Test
    void countsBytesNotCharacters() throws IOException {
        assertThat(ask("GET /json HTTP/1.1\r\n\r\n"))
                .contains("Content-Length: 8\r\n")
                .endsWith("{\"ö\":1}");
    }

    @Test
    void speaksWithARealClient() throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var uri = URI.create("http://127.0.0.1:" + server.address().getPort() + "/hello?a=b");
            var answer = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            assertThat(answer.body()).isEqualTo("hello GET\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET /hello?x=1 HTTP/1.1, 200",
        "GET http://localhost/hello HTTP/1.1, 200",
        "GET /hello HTTP/1.0, 200",
        "GET /nowhere HTTP/1.1, 404",
        "GET /hello/ HTTP/1.1, 404",
        "GET http://localhost HTTP/1.1, 404",
        "POST /hello HTTP/1.1, 405",
        "OPTIONS * HTTP/1.1, 405",
        "CONNECT host:80 HTTP/1.1, 405",
        "PRI * HTTP/2.0, 505",
        "GET  /hello HTTP/1.1, 400",
        "GET hello HTTP/1.1, 400",
        "GET /hello, 400",
        "'GET /hello HTTP/1.1 ', 400",
        "GET /hello HTTP/x.1, 400",
        "G(T /hello HTTP/1.1, 400",
        "hello, 400",
        "GET /guarded HTTP/1.1, 401",
        "GET /ws HTTP/1.1, 426",
        "HEAD /ws HTTP/1.1, 426",
    })
    void answersRequestLine(String line, int status) throws IOException {
        assertThat(ask(line + "\r\n\r\n")).startsWith("HTTP/1.1 " + status + " ");
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Length: 0, 200",
        "Content-Length: 5, 413",
        "Content-Length: -5, 400",
        "Content-Length: x, 400",
        "Transfer-Encoding: chunked, 413",
        "Host: localhost, 200",
        "Host: [::1]:80, 200",
        "Host:, 200",
        "Host: evil.example, 403",
        "no colon, 400",
        "Name : value, 400",
        "' folded: value', 400",
        ": nameless, 400",
        "X-A: b\u0001c, 400",
        "X-A: \u00e4\t, 200",
    })
    void answersHeader(String header, int status) throws IOException {
        assertThat(ask("GET /hello HTTP/1.1\r\n" + header + "\r\n\r\n"))
                .startsWith("HTTP/1.1 " + status + " ");
    }

    @ParameterizedTest
    @CsvSource({"200000, 200", "200001, 413"})
    void aCatchAllTakesLongBodiesUpToItsOwnLimit(int length, int status) throws Exception {
        Routes all =
                Routes.NONE.withCatchAll(
                        200_000, it -> Response.text(200, "length " + it.body().length()));
        try (var server = new TestServer(all, ServerLimits.DEFAULT);
                var client = server.connect()) {
            String answer =
                    client.send(
                                    "POST /review?timeout=1s HTTP/1.1\r\nContent-Length: "
                                            + length
                                            + "\r\n\r\n"
                                            + "x".repeat(status == 200 ? length : 0))
                            .readAll();
            assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
            if (status == 200) assertThat(answer).endsWith("length " + length + "\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PUT /set, Content-Length: 5, 200",
        "PUT /set, Content-Length: 0005, 200",
        "PUT /set, Content-Length: 1025, 413",
        "PUT /set, Content-Length: 99999999999999999999, 413",
        "PUT /set, Transfer-Encoding: chunked, 413",
        "PUT /other, Content-Length: 5, 404",
        "GET /set, Content-Length: 5, 413",
        "POST /set, Content-Length: 5, 405",
    })
    void takesShortBodiesWhereThereIsARouteForThem(String line, String header, int status)
            throws Exception {
        Routes puts =
                Routes.NONE.withPut(
                        "/set", request -> Response.text(200, "<" + request.body() + ">"));
        try (var server = new TestServer(puts, ServerLimits.DEFAULT);
                var client = server.connect()) {
            String request = line + " HTTP/1.1\r\n" + header + "\r\n\r\n12345";
            String answer = client.send(request).readAll();
            assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
            if (status == 200) assertThat(answer).endsWith("\r\n\r\n<12345>\n");
        }
    }

    @Test
    void theHostIsGivenOnceAndATargetsHostCountsBeforeIt() throws IOException {
        assertThat(ask("GET /hello HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(ask("GET http://evil.example/hello HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(ask("GET HTTP://evil.example?/hello HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(ask("GET http://127.0.0.1:1/hello HTTP/1.1\r\nHost: evil.example\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(ask(RawClient.upgradeRequest("").replace("localhost", "evil.example")))
                .startsWith("HTTP/1.1 403 ")
                .contains("allowed-hosts");
    }

    @Test
    void aCarriageReturnAloneEndsNoLine() throws IOException {
        assertThat(ask("GET /hello HTTP/1.1\r\nX-A: b\rX-B: c\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void aRequestAsTextHasNoHeaders() {
        var request = new Request("me", "GET", "/x", Map.of("authorization", "Bearer secret"));
        assertThat(request).hasToString("GET /x");
        assertThat(request.header("Authorization")).hasValue("Bearer secret");
    }

    @Test
    void readsHeaders() throws IOException {
        assertThat(ask("GET /header HTTP/1.1\nx-A:  1 \nX-a: 2\n\n")).endsWith("\n1, 2\n");
        assertThat(ask("\r\nGET /header HTTP/1.1\r\n\r\n")).endsWith("\n-\n");
    }

    @Test
    void refusesHeadsThatAreTooLarge() throws IOException {
        String long1 = "GET /" + "a".repeat(9000) + " HTTP/1.1\r\n\r\n";
        assertThat(ask(long1)).startsWith("HTTP/1.1 431 ");
        assertThat(ask("GET /hello HTTP/1.1\r\n" + "a: b\r\n".repeat(65) + "\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(ask("GET /hello HTTP/1.1\r\n" + "a: b\r\n".repeat(64) + "\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void listsAllowedMethods() throws IOException {
        assertThat(ask("DELETE /hello HTTP/1.1\r\n\r\n")).contains("\r\nAllow: GET, HEAD\r\n");
    }

    @Test
    void rejectsOtherProtocolsAtOnce() throws IOException {
        // The first bytes of a TLS handshake; no line end follows.
        assertThat(ask("\u0016\u0003\u0001\u0002\u0000\u0001\u0000")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void aBrokenHandlerEndsOnlyItsConnection() throws Exception {
        assertThat(ask("GET /broken HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 500 ");
        assertThat(server.failures.take()).isEqualTo("cannot answer a request: /broken: a bug");
        assertThat(ask("GET /hello HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void doesNotReportFailureForPeerErrors() throws IOException {
        server.connect().close();
        server.connect().send("GET /hel").vanish();
        assertThat(ask("GET /hello HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 ");
        assertThat(server.failures).isEmpty();
    }

    @Test
    void acceptsAnUpgrade() throws IOException {
        try (var client = server.connect()) {
            client.send(
                    RawClient.upgradeRequest("Sec-WebSocket-Extensions: permessage-deflate\r\n"));
            assertThat(client.readHead())
                    .isEqualTo(
                            """
                            HTTP/1.1 101 Switching Protocols\r
                            Upgrade: websocket\r
                            Connection: Upgrade\r
                            Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=""");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET /ws HTTP/1.1, GET /ws HTTP/1.0, 426",
        "GET /ws, HEAD /ws, 426",
        "Version: 13, Version: 12, 426",
        "Upgrade: websocket, Upgrade: h2c, 426",
        "Connection: Upgrade, Connection: keep-alive, 426",
        "Connection: Upgrade, 'Connection: keep-alive, UPGRADE', 101",
        "dGhlIHNhbXBsZSBub25jZQ==, c2hvcnQ=, 400",
        "dGhlIHNhbXBsZSBub25jZQ==, ???, 400",
        "GET /ws, GET /hello, 200",
        "GET /ws, GET /guarded, 401",
    })
    void answersUpgrade(String part, String instead, int status) throws IOException {
        try (var client = server.connect()) {
            client.send(RawClient.upgradeRequest("").replace(part, instead));
            assertThat(client.readHead()).startsWith("HTTP/1.1 " + status + " ");
        }
    }

    @Test
    void namesTheVersionItSpeaks() throws IOException {
        assertThat(ask(RawClient.upgradeRequest("").replace("Version: 13", "Version: 8")))
                .contains("\r\nSec-WebSocket-Version: 13\r\n")
                .contains("\r\nUpgrade: websocket\r\n")
                .contains("\r\nConnection: close, Upgrade\r\n");
    }

    @Test
    void cannotListenTwice() {
        int port = server.address().getPort();
        assertThatThrownBy(
                        () ->
                                HttpServer.start(
                                        server.address(),
                                        routes,
                                        ServerLimits.DEFAULT,
                                        (_, _, _) -> {}))
                .isInstanceOf(ListenException.class)
                .hasMessage(
                        "cannot listen on 127.0.0.1:%d: Address already in use".formatted(port));
    }

    @Test
    void cannotListenOnAnUnknownHost() {
        var nowhere = InetSocketAddress.createUnresolved("no.such.host.invalid", 1);
        assertThatThrownBy(
                        () ->
                                HttpServer.start(
                                        nowhere, routes, ServerLimits.DEFAULT, (_, _, _) -> {}))
                .hasMessage("cannot listen on no.such.host.invalid:1: unknown host");
    }

    @Test
    void anyHeadIsReadOrRefused() throws IOException {
        var random = new Random(1);
        byte[] sound = RawClient.upgradeRequest("Content-Length: 00000000\r\n").getBytes(US_ASCII);
        var outcomes = new HashMap<String, Integer>();
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = mutated(sound, random);
            String outcome;
            try {
                var head =
                        new HeadReader(InputFixtures.input(bytes), ServerLimits.DEFAULT, "me", PUTS)
                                .read();
                outcome = head == null ? "nothing" : "head";
                if (head != null) assertThat(head.request().path()).startsWith("/");
            } catch (RejectedRequestException e) {
                outcome = Integer.toString(e.response().status());
            } catch (EOFException _) {
                outcome = "end";
            }
            outcomes.merge(outcome, 1, Integer::sum);
        }
        assertThat(outcomes).containsKeys("head", "400", "405", "413", "end", "nothing", "505");
    }

    private static byte[] mutated(byte[] sound, Random random) {
        byte[] bytes =
                Arrays.copyOf(
                        sound,
                        random.nextInt(4) == 0 ? random.nextInt(sound.length) : sound.length);
        for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--)
            bytes[
                            random.nextInt(
                                    random.nextBoolean()
                                            ? bytes.length
                                            : Math.min(20, bytes.length))] =
                    (byte) (random.nextBoolean() ? random.nextInt(256) : 'A' + random.nextInt(26));
        return bytes;
    }

    private String ask(String request) throws IOException {
        try (var client = server.connect()) {
            return client.send(request).readAll();
        }
    }
}
