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
import java.time.Instant;
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
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
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
                        (what, _, cause) -> failures.add(what + ": " + cause));
    }

    @AfterEach
    void leave() {
        client.shutdownNow();
        page.close();
        server.close();
        assertThat(failures).isEmpty();
    }

    @Test
    void pageLoadsOnlyItsOwnFiles() throws Exception {
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
            // A library loads nothing; its comments would match.
            if (path.endsWith("/uPlot.esm.js")) continue;
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
    void scriptsNeverTurnTextIntoMarkup() throws Exception {
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
        try (var lines = stream("/stream")) {
            assertThat(lines.readLine()).isEqualTo("event: all");
            assertThat(lines.readLine()).contains("\"name\":\"<script>alert(1)</script>\"");
            assertThat(lines.readLine()).isEmpty();
            assertThat(lines.readLine()).isEqualTo("event: tick");
            assertThat(lines.readLine()).startsWith("data: {\"at\":");
            assertThat(lines.readLine()).isEmpty();
            fleet.put("db", 1, 2);
            assertThat(next(lines, "event: changes"))
                    .contains("\"machines\":[{\"name\":\"db\"", "\"count\":1")
                    .doesNotContain("script");
        }
    }

    @Test
    void theStreamOfAMachineSendsNewPointsAndEvents() throws Exception {
        fleet.put("ns/db 1", 1, 1);
        fleet.hour = List.of(point(10, 1), point(20, 2));
        fleet.events = List.of(event(1, "asked"));
        try (var lines = stream("/stream/ns%2Fdb%201")) {
            assertThat(lines.readLine()).isEqualTo("event: all");
            assertThat(lines.readLine())
                    .contains(
                            "\"name\":\"ns/db 1\"",
                            "\"settings\":[{\"name\":\"rules\",\"value\":\"neon\",\"source\":\"default\"}]",
                            "\"hour\":[[10000,1,null,0.5,",
                            "[20000,2,",
                            "\"events\":[{\"at\":1000,\"kind\":\"asked\",\"text\":\"asked\"}]");
            // The last point changes until its time is over.
            fleet.hour = List.of(point(10, 1), point(20, 3), point(30, 4));
            fleet.events = List.of(event(1, "asked"), event(2, "granted"));
            assertThat(next(lines, "event: changes"))
                    .contains("\"machine\":null", "\"hour\":[[20000,3,", "[30000,4,")
                    .contains("\"text\":\"granted\"")
                    .doesNotContain("[10000,", "\"text\":\"asked\"");
            fleet.machines.clear();
            assertThat(next(lines, "event: gone")).isEqualTo("data: {}");
            fleet.put("ns/db 1", 2, 2);
            assertThat(next(lines, "event: all")).contains("[10000,", "\"text\":\"asked\"");
        }
    }

    @Test
    void streamOfUnknownMachineReportsGone() throws Exception {
        try (var lines = stream("/stream/nobody")) {
            assertThat(lines.readLine()).isEqualTo("event: gone");
        }
    }

    private static ChartPoint point(long second, double cpus) {
        double unknown = Double.NaN;
        return new ChartPoint(
                Instant.ofEpochSecond(second),
                cpus,
                unknown,
                0.5,
                1 << 30,
                unknown,
                unknown,
                unknown,
                unknown);
    }

    private static ChartEvent event(long number, String text) {
        return new ChartEvent(number, Instant.ofEpochSecond(number), EventKind.ASKED, text);
    }

    /// Returns the data of the next event of this kind, after any ticks.
    private static String next(BufferedReader lines, String event) throws Exception {
        String line = lines.readLine();
        while (!line.equals(event)) {
            assertThat(line).as("before " + event).isIn("", "event: tick");
            if (!line.isEmpty()) lines.readLine();
            line = lines.readLine();
        }
        return lines.readLine();
    }

    @Test
    void closingThePageEndsItsStreams() throws Exception {
        try (var lines = stream("/stream")) {
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

    private BufferedReader stream(String path) throws Exception {
        var request =
                HttpRequest.newBuilder(uri(path))
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
