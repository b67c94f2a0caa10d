package dev.elastigres.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.daemon.guard.SameOriginCheck;
import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.http.ServerLimits;
import dev.elastigres.daemon.settings.HostPort;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The page over HTTP.
class LivePageTest {
    private static final Path FILES = Path.of("src/main/resources/dev/elastigres/page/web");
    private static final Pattern LOADED =
            Pattern.compile("(?:src|href|from|import)[ =(]*[\"'](?!#)([^\"']+)[\"']");

    private final SampleFleet fleet = new SampleFleet();
    private final Queue<String> refusals = new ConcurrentLinkedQueue<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private final LivePage page =
            new LivePage(fleet, new SameOriginCheck((_, why) -> refusals.add(why)));
    private HttpServer server;

    @BeforeEach
    void listen() throws Exception {
        Routes routes = page.routes().wrapped(PageHeaders::on);
        server =
                HttpServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        routes,
                        ServerLimits.DEFAULT,
                        (what, _, cause) -> {
                            throw new AssertionError(what, cause);
                        });
    }

    @AfterEach
    void leave() {
        client.shutdownNow();
        page.close();
        server.close();
    }

    @Test
    void thePageLoadsNothingFromElsewhere() throws Exception {
        var response = get("/");
        assertThat(response.headers().firstValue("Content-Type"))
                .contains("text/html; charset=utf-8");
        assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'")
                .contains("require-trusted-types-for 'script'")
                .doesNotContain("unsafe");
        assertThat(response.headers().map())
                .containsEntry("x-content-type-options", List.of("nosniff"))
                .containsEntry("referrer-policy", List.of("no-referrer"));
        Set<String> loaded = new TreeSet<>();
        Queue<String> waiting = new ArrayDeque<>(List.of("/"));
        while (!waiting.isEmpty()) {
            String path = waiting.remove();
            if (!loaded.add(path)) continue;
            var file = get(path);
            assertThat(file.statusCode()).as(path).isEqualTo(200);
            assertThat(file.headers().map()).as(path).containsKey("content-security-policy");
            LOADED.matcher(file.body())
                    .results()
                    .map(it -> it.group(1))
                    .filter(it -> !it.equals("status"))
                    .map(it -> URI.create(path).resolve(it).toString())
                    .forEach(waiting::add);
        }
        assertThat(loaded).allMatch(it -> it.startsWith("/"));
        // The jar has nothing that is not served, and the other way round.
        try (var files = Files.walk(FILES)) {
            Set<String> stored =
                    files.filter(Files::isRegularFile)
                            .map(it -> "/page/" + FILES.relativize(it))
                            .filter(it -> !it.endsWith("index.html"))
                            .collect(Collectors.toCollection(TreeSet::new));
            for (String path : stored) assertThat(get(path).statusCode()).as(path).isEqualTo(200);
            stored.removeIf(it -> it.endsWith("LICENSE"));
            assertThat(loaded).containsAll(stored);
        }
    }

    /// Sinks that turn text into markup or code; trusted types forbid them at run time, too.
    @Test
    void noScriptMakesMarkupOfText() throws Exception {
        try (var files = Files.list(FILES)) {
            List<Path> scripts = files.filter(it -> it.toString().endsWith(".js")).toList();
            assertThat(scripts).hasSizeGreaterThan(3);
            for (Path script : scripts)
                assertThat(Files.readString(script))
                        .as(script.toString())
                        .doesNotContain(
                                "innerHTML",
                                "outerHTML",
                                "insertAdjacentHTML",
                                "document.write",
                                "eval(",
                                "Function(",
                                "DOMParser",
                                "http://",
                                "https://");
        }
    }

    @Test
    void aStreamSendsEverythingThenChanges() throws Exception {
        fleet.put("<script>alert(1)</script>", 1, 1);
        try (var lines = stream()) {
            assertThat(lines.readLine()).isEqualTo("event: all");
            assertThat(lines.readLine()).contains("\"name\":\"<script>alert(1)</script>\"");
            assertThat(lines.readLine()).isEmpty();
            assertThat(lines.readLine()).isEqualTo("event: tick");
            assertThat(lines.readLine()).startsWith("data: {\"at\":");
            assertThat(lines.readLine()).isEmpty();
            fleet.put("db", 1, 2);
            String event = lines.readLine();
            while (event.equals("event: tick")) {
                lines.readLine();
                lines.readLine();
                event = lines.readLine();
            }
            assertThat(event).isEqualTo("event: changes");
            assertThat(lines.readLine())
                    .contains("\"machines\":[{\"name\":\"db\"", "\"count\":1")
                    .doesNotContain("script");
        }
    }

    @Test
    void closingThePageEndsItsStreams() throws Exception {
        try (var lines = stream()) {
            assertThat(lines.readLine()).isEqualTo("event: all");
            page.close();
            assertThat(lines.lines().toList()).hasSize(2);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-Fetch-Site, cross-site",
        "Sec-Fetch-Site, same-site",
        "Origin, https://evil.example",
        "Origin, null"
    })
    void aStreamIsNotForOtherWebPages(String header, String value) throws Exception {
        var request = HttpRequest.newBuilder(uri("/stream")).header(header, value).build();
        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
        assertThat(refusals).singleElement().asString().contains(value);
    }

    private BufferedReader stream() throws Exception {
        var request =
                HttpRequest.newBuilder(uri("/stream"))
                        .header("Sec-Fetch-Site", "same-origin")
                        .header("Origin", "http://" + HostPort.of(server.address()))
                        .build();
        var response = client.send(request, BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        return new BufferedReader(new InputStreamReader(response.body(), UTF_8));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://" + HostPort.of(server.address()) + path);
    }
}
