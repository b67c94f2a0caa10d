package dev.elastigres.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.scheduler.AllocatableNode;
import dev.elastigres.core.scheduler.BookingKind;
import dev.elastigres.core.scheduler.LedgerRules;
import dev.elastigres.core.scheduler.OvercommitFactors;
import dev.elastigres.core.scheduler.PodBooking;
import dev.elastigres.core.scheduler.PodIdentity;
import dev.elastigres.core.scheduler.RebalanceRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.metrics.MetricsFormat;
import dev.elastigres.daemon.metrics.MetricsWriter;
import dev.elastigres.scheduler.PermitStore.StoreOutcome;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PermitEndpointTest {
    private static final Path GOLDEN =
            Path.of("../protocol/src/test/resources/dev/elastigres/protocol/scheduler");
    private static final LedgerRules RULES = new LedgerRules(Duration.ZERO, Duration.ofSeconds(20));

    private static final int AGENTS = 8;

    private final Map<String, Resources> stored = new ConcurrentHashMap<>();
    private final List<PodIdentity> woken = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<PermitEndpoint> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(PermitEndpoint::close);
        http.shutdownNow();
    }

    private PermitEndpoint start(PermitStore store) throws Exception {
        var endpoint =
                PermitEndpoint.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        EndpointGuards.open((_, _) -> {}),
                        RULES,
                        store,
                        woken::addAll,
                        Log.to(log, LogFormat.TEXT, LogLevel.INFO, Clock.systemUTC()));
        open.add(endpoint);
        return endpoint;
    }

    private PermitEndpoint started(PodBooking... pods) throws Exception {
        PermitEndpoint endpoint = start(this::store);
        endpoint.ledger()
                .rebuild(List.of(new AllocatableNode("a", size(4, 16), true)), List.of(pods));
        return endpoint;
    }

    private StoreOutcome store(PodIdentity pod, Resources size) {
        stored.put(pod.name(), size);
        return StoreOutcome.STORED;
    }

    private static PodBooking pod(String namespace, String name, BookingKind kind, Resources size) {
        return new PodBooking(
                new PodIdentity(namespace, name, "uid-" + name),
                "a",
                size,
                OvercommitFactors.NONE,
                kind);
    }

    private static PodBooking vm(String name) {
        return pod("shop", name, BookingKind.SCALED_VM, size(1, 4));
    }

    private static Resources size(double cpus, int gibibytes) {
        return new Resources(cpus, Bytes.ofGibibytes(gibibytes));
    }

    private HttpResponse<String> post(PermitEndpoint endpoint, String body) throws Exception {
        return send(endpoint, "POST", "/", body);
    }

    private HttpResponse<String> send(
            PermitEndpoint endpoint, String method, String path, String body) throws Exception {
        var uri = URI.create("http://127.0.0.1:" + endpoint.address().getPort() + path);
        return http.send(
                HttpRequest.newBuilder(uri).method(method, BodyPublishers.ofString(body)).build(),
                BodyHandlers.ofString());
    }

    private static String request(String pod, String cpus, String memory, String lastPermit) {
        return """
        {"protoVersion":7,"pod":{"name":"%s","namespace":"shop"},"computeUnit":{"vCPUs":"250m","mem":"1Gi"},\
        "resources":{"vCPUs":%s,"mem":"%s"},"lastPermit":%s,"metrics":null}"""
                .formatted(pod, cpus, memory, lastPermit);
    }

    // ---- messages

    /// Every golden request is answered in the golden form.
    @Test
    void goldenRequestsAreAnswered() throws Exception {
        PermitEndpoint endpoint = start(this::store);
        endpoint.ledger()
                .rebuild(
                        List.of(new AllocatableNode("a", size(16, 64), true)),
                        List.of(
                                pod("default", "pg-1", BookingKind.SCALED_VM, size(0.25, 1)),
                                pod("tenants", "pg-2", BookingKind.SCALED_VM, size(2.5, 1)),
                                pod("default", "pg-3", BookingKind.SCALED_VM, size(0.5, 2))));
        var answers = new ArrayList<String>();
        for (String line : Files.readAllLines(GOLDEN.resolve("requests-v5.0.jsonl")))
            answers.add(post(endpoint, line).body());
        assertThat(answers)
                .containsExactly(
                        "{\"permit\":{\"vCPUs\":\"500m\",\"mem\":\"2Gi\"}}",
                        "{\"permit\":{\"vCPUs\":1,\"mem\":\"4Gi\"}}",
                        "{\"permit\":{\"vCPUs\":3,\"mem\":\"12000Mi\"}}",
                        "{\"permit\":{\"vCPUs\":1,\"mem\":\"4Gi\"}}");
    }

    @Test
    void aVmThatMovesIsToldSo() throws Exception {
        PermitEndpoint endpoint = started(pod("shop", "db", BookingKind.MOVE_SOURCE, size(1, 4)));
        assertThat(post(endpoint, request("db", "2", "4Gi", "null")).body())
                .isEqualTo("{\"permit\":{\"vCPUs\":1,\"mem\":\"4Gi\"},\"migrate\":{}}");
    }

    /// Quantities are rounded up on input: to thousandths of a CPU and to bytes.
    @ParameterizedTest
    @CsvSource({
        "'1.0004', 4Gi, '\"1001m\",\"mem\":\"4Gi\"'",
        "'\"1500m\"', 4294967296, '\"1500m\",\"mem\":\"4Gi\"'",
        "'\"2e0\"', 4.5Gi, '2,\"mem\":\"4608Mi\"'",
        "1, '1023', '1,\"mem\":1023'"
    })
    void quantitiesAreWrittenAsDeployedSchedulersDo(String cpus, String memory, String permit)
            throws Exception {
        PermitEndpoint endpoint = started(vm("db"));
        assertThat(post(endpoint, request("db", cpus, memory, "null")).body())
                .isEqualTo("{\"permit\":{\"vCPUs\":" + permit + "}}");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /, '', 400, only POST is served",
        "DELETE, /x, '', 400, only POST is served",
        "POST, /, '', 400, not JSON",
        "POST, /, '{}', 400, `protoVersion` is missing",
        "POST, /, '{\"protoVersion\":6}', 400, the supported one is 7",
        "POST, /, '{\"protoVersion\":7}', 400, `pod` is missing"
    })
    void badRequestsHaveTheirCodes(
            String method, String path, String body, int status, String message) throws Exception {
        HttpResponse<String> answer = send(started(vm("db")), method, path, body);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains(message).hasLineCount(1);
    }

    @Test
    void whatIsNoVmHasItsCode() throws Exception {
        PermitEndpoint endpoint =
                started(vm("db"), pod("shop", "web", BookingKind.POD, size(1, 1)));
        assertThat(post(endpoint, request("nobody", "1", "1Gi", "null")).statusCode())
                .isEqualTo(404);
        assertThat(post(endpoint, request("web", "1", "1Gi", "null")).statusCode()).isEqualTo(400);
        assertThat(post(endpoint, request("db", "1000000", "1Gi", "null")).statusCode())
                .isEqualTo(400);
        String zero = request("db", "1", "1Gi", "null").replace("\"250m\"", "0");
        assertThat(post(endpoint, zero).statusCode()).isEqualTo(400);
        assertThat(post(endpoint, "x".repeat(9_000)).statusCode()).isEqualTo(413);
        assertThat(send(endpoint, "POST", "/any/path?x=1", request("db", "1", "4Gi", "null")))
                .extracting(HttpResponse::statusCode)
                .isEqualTo(200);
    }

    @Test
    void webPagesHaveNoAccess() throws Exception {
        PermitEndpoint endpoint = started(vm("db"));
        var uri = URI.create("http://127.0.0.1:" + endpoint.address().getPort() + "/");
        HttpRequest request =
                HttpRequest.newBuilder(uri)
                        .header("Origin", "http://evil.example")
                        .POST(BodyPublishers.ofString(request("db", "2", "4Gi", "null")))
                        .build();
        assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
        assertThat(stored).isEmpty();
    }

    // ---- permits

    @Test
    void nothingIsAnsweredBeforeTheLedgerIsRebuilt() throws Exception {
        PermitEndpoint endpoint = start(this::store);
        HttpResponse<String> answer = post(endpoint, request("db", "1", "4Gi", "null"));
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("has not read the cluster's objects yet");
        endpoint.ledger()
                .rebuild(List.of(new AllocatableNode("a", size(4, 16), true)), List.of(vm("db")));
        assertThat(post(endpoint, request("db", "1", "4Gi", "null")).statusCode()).isEqualTo(200);
    }

    @Test
    void growthIsStoredBeforeItIsPermittedAndDenialsAreNot() throws Exception {
        PermitEndpoint endpoint = started(vm("db"), vm("other"));
        assertThat(post(endpoint, request("db", "3", "4Gi", "null")).body())
                .isEqualTo("{\"permit\":{\"vCPUs\":3,\"mem\":\"4Gi\"}}");
        assertThat(stored).containsExactly(Map.entry("db", size(3, 4)));
        assertThat(post(endpoint, request("other", "2", "4Gi", "null")).body())
                .isEqualTo("{\"permit\":{\"vCPUs\":1,\"mem\":\"4Gi\"}}");
        assertThat(stored).hasSize(1);
        // The room of a VM that ends wakes the one that waits.
        endpoint.ledger().removePod("uid-db");
        assertThat(woken).extracting(PodIdentity::name).containsExactly("other");
    }

    @Test
    void aPermitThatCannotBeStoredIsAFailure() throws Exception {
        PermitEndpoint endpoint =
                start(
                        (_, _) -> {
                            throw new PermitStoreException("the API server does not answer");
                        });
        endpoint.ledger()
                .rebuild(List.of(new AllocatableNode("a", size(4, 16), true)), List.of(vm("db")));
        HttpResponse<String> answer = post(endpoint, request("db", "2", "4Gi", "null"));
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("the API server does not answer");
        // It may have been stored all the same, so it stays booked.
        assertThat(endpoint.ledger().usages().getFirst().booked()).isEqualTo(size(2, 4));
    }

    @Test
    void aSizeThatTheClusterRefusesIsTakenBack() throws Exception {
        PermitEndpoint endpoint = start((_, _) -> StoreOutcome.REFUSED);
        endpoint.ledger()
                .rebuild(List.of(new AllocatableNode("a", size(4, 16), true)), List.of(vm("db")));
        assertThat(post(endpoint, request("db", "2", "4Gi", "null")).body())
                .isEqualTo("{\"permit\":{\"vCPUs\":1,\"mem\":\"4Gi\"}}");
        assertThat(endpoint.ledger().usages().getFirst().booked()).isEqualTo(size(1, 4));
    }

    /// A store that hangs holds up the VM that grows, and no other.
    @Test
    void aSlowStoreDelaysNobodyElse() throws Exception {
        var release = new CountDownLatch(1);
        var began = new CountDownLatch(1);
        PermitEndpoint endpoint =
                start(
                        (_, _) -> {
                            began.countDown();
                            release.await();
                            return StoreOutcome.STORED;
                        });
        endpoint.ledger()
                .rebuild(
                        List.of(new AllocatableNode("a", size(4, 16), true)),
                        List.of(vm("db"), vm("other")));
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var slow = executor.submit(() -> post(endpoint, request("db", "3", "4Gi", "null")));
            began.await();
            assertThat(post(endpoint, request("other", "2", "4Gi", "null")).body())
                    .contains("\"vCPUs\":1,");
            release.countDown();
            assertThat(slow.get().body()).contains("\"vCPUs\":3,");
        }
    }

    /// What a restarted scheduler reads covers everything that was permitted.
    @Test
    void permitsOfManyAgentsAreStoredAndFit() throws Exception {
        var pods = new ArrayList<PodBooking>();
        for (int i = 0; i < AGENTS; i++)
            pods.add(pod("shop", "db-" + i, BookingKind.SCALED_VM, size(0.25, 1)));
        PermitEndpoint endpoint = started(pods.toArray(PodBooking[]::new));
        double sum = 0;
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var last = new ArrayList<Future<Double>>();
            for (int i = 0; i < AGENTS; i++) {
                String name = "db-" + i;
                last.add(executor.submit(() -> askForManySizes(endpoint, name)));
            }
            for (Future<Double> each : last) sum += each.get();
        }
        assertThat(sum).isLessThanOrEqualTo(4.0);
        assertThat(endpoint.ledger().usages().getFirst().booked().vcpus()).isBetween(sum, 4.0);
        assertThat(stored.values().stream().mapToDouble(Resources::vcpus).max().orElse(0))
                .isGreaterThan(0.25);
    }

    /// Returns the CPUs of the last permit.
    private double askForManySizes(PermitEndpoint endpoint, String name) throws Exception {
        double permitted = 0;
        for (int n = 1; n < 12; n++) {
            String cpus = "\"" + (1 + ((n * 7 + name.hashCode()) & 7)) * 250 + "m\"";
            String body = post(endpoint, request(name, cpus, "1Gi", "null")).body();
            String number = body.replaceAll(".*\"vCPUs\":\"?(\\d+)m?\"?,.*", "$1");
            double value = Double.parseDouble(number);
            permitted = value < 100 ? value : value / 1000;
        }
        return permitted;
    }

    @Test
    void metricsHaveTheNamesOfTheOriginal() throws Exception {
        PermitEndpoint endpoint = started(vm("db"));
        post(endpoint, request("db", "2", "4Gi", "null"));
        var page = new MetricsWriter(MetricsFormat.negotiate(""));
        endpoint.writeMetrics(page, RebalanceRules.DEFAULT);
        assertThat(page.finish())
                .contains(
                        "autoscaling_plugin_resource_requests_total{code=\"200\"} 1",
                        "autoscaling_plugin_node_cpu_resources_current{node=\"a\",field=\"Reserved\"} 2",
                        "autoscaling_plugin_node_cpu_resources_current{node=\"a\",field=\"Watermark\"} 3.6",
                        "elastigres_scheduler_permits_total{result=\"granted\"} 1");
    }
}
