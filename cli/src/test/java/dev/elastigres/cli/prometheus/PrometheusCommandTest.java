package dev.elastigres.cli.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The command against a server that answers as the HTTP API of Prometheus is documented.
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class PrometheusCommandTest {
    private static final String MATRIX =
            "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[%s]}}";
    private static final String SECRET = "s3cr3t-password";

    private final List<Map<String, String>> requests =
            Collections.synchronizedList(new ArrayList<>());
    private final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());
    private volatile int status = 200;
    private volatile String body = "";
    private HttpServer server;
    private String url;

    @TempDir private Path folder;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        url = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        var parameters = new HashMap<String, String>();
        for (String each : exchange.getRequestURI().getRawQuery().split("&", -1)) {
            String[] pair = each.split("=", 2);
            parameters.put(pair[0], URLDecoder.decode(pair[1], UTF_8));
        }
        requests.add(parameters);
        authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        byte[] bytes = (body.isEmpty() ? series(parameters) : body).getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /// Half a CPU and 2 GiB, of 2 CPUs and 8 GiB; scraped every 15 s.
    private static String series(Map<String, String> parameters) {
        String query = parameters.getOrDefault("query", "");
        if (query.endsWith("s]"))
            return series(Long.parseLong(parameters.get("time")) - 90, 6, 15, "1");
        String value =
                query.contains("spec_cpu")
                        ? "2"
                        : query.contains("spec_memory")
                                ? Long.toString(8L << 30)
                                : query.contains("rate(")
                                        ? "0.5"
                                        : query.startsWith("clamp_min")
                                                ? Long.toString(2L << 30)
                                                : "0";
        long start = Long.parseLong(parameters.get("start"));
        long step = Long.parseLong(parameters.get("step"));
        long points = (Long.parseLong(parameters.get("end")) - start) / step + 1;
        return series(start, points, step, value);
    }

    private static String series(long start, long points, long step, String value) {
        return MATRIX.formatted(
                LongStream.range(0, points)
                        .mapToObj(i -> "[%d,\"%s\"]".formatted(start + i * step, value))
                        .collect(Collectors.joining(",", "{\"metric\":{},\"values\":[", "]}")));
    }

    @Test
    void threeSentencesFollowTheTable() {
        CommandResult run = pod("--since", "1h");
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.out().lines())
                .hasSize(12)
                .startsWith("pod shop/db-0")
                .anyMatch(it -> it.startsWith("current size  "));
        // Half a CPU and 2.1 GiB with the monitor's margins; 2 CPUs and 8 GiB are 8 units.
        assertThat(run.out().lines().skip(9))
                .satisfiesExactly(
                        it ->
                                assertThat(it)
                                        .startsWith("Over 1h, Elastigres would have cost ")
                                        .contains("at sizes from "),
                        it ->
                                assertThat(it)
                                        .startsWith(
                                                "The current size, 2 CPUs and 8GiB, cost 8.00"
                                                        + " CU-hours: Elastigres would have cost ")
                                        .endsWith(" % less."),
                        it ->
                                assertThat(it)
                                        .startsWith("Elastigres would have been short of ")
                                        .contains("would have exceeded the size 0 times")
                                        .endsWith(
                                                "was in use for 0.00 % of the time, and of the"
                                                        + " memory for 0.00 %."));
    }

    @Test
    void jsonEndsWithTheSummary() {
        CommandResult run = pod("--since", "1h", "--json");
        assertThat(run.out()).hasLineCount(7);
        assertThat(run.out().lines().toList().getLast())
                .startsWith("{\"trace\":\"pod shop/db-0\",\"summary\":[\"Over 1h, ")
                .contains(
                        "\"seconds\":3600,\"missing_seconds\":0,\"current_cpus\":2.0",
                        "\"current_memory_bytes\":8589934592");
    }

    @Test
    void aLongTimeIsRequestedInPagesThatPrometheusAccepts() {
        CommandResult run = pod("--since", "7d", "--json");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("\"seconds\":604800,\"missing_seconds\":0,");
        List<Map<String, String>> cpu =
                requests.stream()
                        .filter(it -> it.containsKey("step"))
                        .filter(
                                it ->
                                        it.getOrDefault("query", "")
                                                .startsWith("sum(max by (container) (rate("))
                        .toList();
        // 604800 s at the scrape interval of 15 s.
        assertThat(cpu).hasSize(5).allSatisfy(it -> assertThat(it).containsEntry("step", "15"));
        assertThat(cpu.getFirst().getOrDefault("query", "")).contains("[60s]");
        assertThat(requests)
                .filteredOn(it -> it.containsKey("step"))
                .allSatisfy(
                        it ->
                                assertThat(
                                                (Long.parseLong(it.get("end"))
                                                                - Long.parseLong(it.get("start")))
                                                        / Long.parseLong(it.get("step")))
                                        .isLessThan(11_000));
    }

    @Test
    void readsTokenFromFile() throws IOException {
        Path file = Files.writeString(folder.resolve("token"), SECRET + "\n");
        assertThat(pod("--since", "1h", "--prometheus-token-file", file.toString()).code())
                .isZero();
        assertThat(authorizations).isNotEmpty().containsOnly("Bearer " + SECRET);
    }

    @Test
    void credentialsInTheUrlAreSentButNeverPrinted() {
        String withUser = url.replace("http://", "http://me:" + SECRET + "@");
        CommandResult run = simulate(withUser, "--pod", "shop/db-0", "--since", "1h");
        assertThat(run.code()).isZero();
        assertThat(authorizations).isNotEmpty().containsOnly("Basic bWU6czNjcjN0LXBhc3N3b3Jk");
        status = 401;
        body = "no";
        CommandResult refused = simulate(withUser, "--pod", "shop/db-0", "--since", "1h");
        CommandResult invalid = simulate(withUser + "?a=b", "--pod", "shop/db-0");
        CommandResult malformed = simulate("http://me:" + SECRET + "@h^st:9090", "--pod", "a/b");
        assertThat(refused.err()).contains("refuses these credentials").hasLineCount(1);
        assertThat(invalid.code()).isEqualTo(2);
        assertThat(malformed.code()).isEqualTo(2);
        assertThat(run.out() + run.err() + refused.err() + invalid.err() + malformed.err())
                .doesNotContain(SECRET);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    401 | denied                                | answers with status 401: give a token with --prometheus-token-file FILE
                    403 | denied                                | answers with status 403: give a token with --prometheus-token-file FILE
                    404 | <html>nothing here</html>             | answers with status 404: is it the base URL of Prometheus, without /api and /graph?
                    302 | <a href="/login">                     | answers with status 302: it redirects: give the URL to which it leads, or credentials
                    502 | bad gateway                           | answers with status 502: see its log, or that of the proxy before it
                    200 | <html>Grafana</html>                  | does not answer as Prometheus does: is it the base URL, without /api and /graph?
                    200 | {"status":"success","data":{"resultType":"scalar","result":[1,"2"]}} | does not answer as Prometheus does
                    400 | {"status":"error","errorType":"bad_data","error":"1:3: parse error"} | refuses the query for the scrape interval: 1:3: parse error: container_cpu_usage
                    200 | {"status":"success","data":{"resultType":"matrix","result":[]}} | has no series for the CPU of pod shop/db-0 in the last 1h: check the name and that it is scraped, or give your own query with --query; asked: sum(max by (container) (rate(container_cpu_usage_seconds_total{namespace="shop",pod="db-0",
                    """)
    void aServerThatDoesNotAnswerIsExplainedInOneLine(int code, String text, String why) {
        status = code;
        body = text;
        CommandResult run = pod("--since", "1h");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("elastigres simulate: Prometheus at " + url)
                .contains(why)
                .hasLineCount(1);
    }

    @Test
    void aQueryOfSeveralSeriesIsRefused() {
        body = MATRIX.formatted("{\"values\":[[1,\"1\"]]},{\"values\":[[1,\"1\"]]}");
        CommandResult run = simulate(url, "--query", "cpu=up", "--query", "memory=up");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .contains("the query for CPU returns 2 series instead of one")
                .hasLineCount(1);
    }

    @Test
    void reportsUnreachableServerInOneLine() throws IOException {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        CommandResult run = simulate("http://127.0.0.1:" + port, "--pod", "shop/db-0");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .contains("cannot reach Prometheus at http://127.0.0.1:" + port)
                .contains("connection refused")
                .hasLineCount(1);
    }

    @Test
    void aTokenFileThatCannotBeUsedIsExplainedInOneLine() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        for (Path file : List.of(folder.resolve("none"), folder, empty)) {
            CommandResult run = pod("--prometheus-token-file", file.toString());
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err()).contains(file.toString()).hasLineCount(1);
        }
    }

    @Test
    void ownQueriesReplaceThoseOfThePod() {
        CommandResult run =
                pod("--since", "1h", "--query", "memory=clamp_min(mine[$__rate_interval])");
        assertThat(run.code()).isZero();
        assertThat(requests)
                .anyMatch(it -> it.getOrDefault("query", "").equals("clamp_min(mine[60s])"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--pod shop/db-0",
                "--since 7d",
                "--prometheus http://h",
                "--prometheus http://h --pod db-0",
                "--prometheus http://h --pod Shop/db",
                "--prometheus http://h --pod a/b --node c",
                "--prometheus http://h --node c --container d",
                "--prometheus http://h --query cpu=up",
                "--prometheus http://h --query cpu=up --query memory=",
                "--prometheus http://h --query cpu=up --query cpu=up --query memory=up",
                "--prometheus http://h --query disk=up",
                "--prometheus http://h --pod a/b --since 7",
                "--prometheus http://h --pod a/b --since 29d",
                "--prometheus http://h --pod a/b --since 1h --step 30m",
                "--prometheus http://h --pod a/b --step 0s",
                "--prometheus http://h --pod a/b --trace all",
                "--prometheus http://h --pod a/b --seeds 3",
                "--prometheus http://h --pod a/b --size 4",
                "--prometheus http://h --pod a/b --size 0:4GiB",
                "--prometheus http://u:p@h --pod a/b --prometheus-token-file f",
                "--prometheus ftp://h --pod a/b",
                "--prometheus h:9090 --pod a/b",
                "--size 4:16GiB"
            })
    void wrongUsageIsTwo(String line) {
        CommandResult run = CommandResult.simulate(line.split(" ", -1));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
    }

    private CommandResult pod(String... options) {
        var arguments = new ArrayList<>(List.of("--pod", "shop/db-0"));
        arguments.addAll(List.of(options));
        return simulate(url, arguments.toArray(String[]::new));
    }

    private static CommandResult simulate(String server, String... options) {
        var arguments = new ArrayList<>(List.of("--prometheus", server));
        arguments.addAll(List.of(options));
        return CommandResult.simulate(arguments.toArray(String[]::new));
    }
}
