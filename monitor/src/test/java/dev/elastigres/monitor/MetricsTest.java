package dev.elastigres.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.monitor.testing.NeedsPackages;
import dev.elastigres.monitor.watch.FakeKernelTree;
import dev.elastigres.testbed.PostgresPrograms;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.PostgresServerOptions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Metrics of a monitor with an agent and a Postgres, and of the machine.
class MetricsTest {
    @TempDir static Path folder;
    private static FakeKernelTree tree;
    private static PostgresServer server;
    private static TestMonitor monitor;
    private static TestAgent agent;

    @BeforeAll
    static void start() throws Exception {
        tree = new FakeKernelTree(folder).total(1024).usage(200);
        server = PostgresServer.start(PostgresServerOptions.of(PostgresPrograms.embedded()));
        monitor =
                TestMonitor.start(
                        tree,
                        "--sampling",
                        "adaptive",
                        "--metrics.host-addr",
                        "127.0.0.1:0",
                        "--path.procfs",
                        "/proc",
                        "--path.meminfo",
                        folder.resolve("meminfo").toString(),
                        "--pgconnstr",
                        new ManagedPostgres(server, "").connectionString("postgres"));
        monitor.awaitReady();
        monitor.awaitStatus("known", "usage", "state");
        agent = monitor.agent();
    }

    @AfterAll
    static void stop() throws Exception {
        try (var _ = server;
                var _ = monitor) {
            if (agent != null) agent.close();
        }
    }

    @Test
    void ownPageHasExactlyTheDocumentedMetrics() throws Exception {
        tree.memoryStat(
                """
                active_anon 209715200
                inactive_anon 0
                anon 104857600
                file 10485760
                kernel_stack 1
                pagetables 2
                sock 3
                shmem 4
                slab_reclaimable 5
                slab_unreclaimable 6
                """);
        Files.writeString(tree.cgroup().resolve("memory.events"), "oom 1\noom_kill 1\n");
        agent.announce(2, 1100).next();
        agent.askDownscale(4, 256).next();
        assertThat(monitor.ownMetrics().families())
                .containsExactlyElementsOf(DocumentedMetrics.of("The monitor"));
    }

    @Test
    void countsAndTimesRequestsByOutcome() throws Exception {
        ScrapedPage before = monitor.ownMetrics();
        agent.announce(10, 1100).next();
        agent.askDownscale(12, 64).next();
        agent.askDownscale(14, 1000).next();
        agent.checkHealth(16);
        ScrapedPage after = monitor.ownMetrics();
        for (String series :
                List.of(
                        "requests_total{kind=\"upscale_notification\",outcome=\"confirmed\"}",
                        "requests_total{kind=\"downscale_request\",outcome=\"refused\"}",
                        "requests_total{kind=\"downscale_request\",outcome=\"granted\"}",
                        "requests_total{kind=\"health_check\",outcome=\"answered\"}",
                        "request_handling_seconds_count{kind=\"upscale_notification\"}",
                        "request_handling_seconds_count{kind=\"health_check\"}")) {
            String name = "elastigres_monitor_" + series;
            assertThat(after.value(name)).as(name).isEqualTo(before.value(name) + 1);
        }
        String refusals = "elastigres_monitor_refusals_total{reason=\"too_much_used\"}";
        assertThat(after.value(refusals)).isEqualTo(before.find(refusals).orElse(0.0) + 1);
        String timed =
                "elastigres_monitor_request_handling_seconds_count{kind=\"downscale_request\"}";
        assertThat(after.value(timed)).isEqualTo(before.value(timed) + 2);
        assertThat(after.value("elastigres_monitor_memory_announced_bytes"))
                .isEqualTo(1000.0 * (1 << 20));
        assertThat(after.value("elastigres_monitor_postgres_state{state=\"up\"}")).isEqualTo(1);
        String cache = "{setting=\"effective_cache_size\"}";
        assertThat(after.value("elastigres_monitor_cache_actual_bytes" + cache))
                .isEqualTo(after.value("elastigres_monitor_cache_wanted_bytes" + cache));
    }

    @Test
    void aNeedIsTimedToItsRequestAndToItsGrant() throws Exception {
        var own = new FakeKernelTree(Files.createDirectory(folder.resolve("need"))).total(512);
        try (var needy = TestMonitor.start(own.usage(500));
                var rich = needy.agent()) {
            rich.nextUpscaleRequest();
            rich.announce(2, 1024);
            rich.nextAnswer();
            ScrapedPage page = needy.ownMetrics();
            assertThat(page.value("elastigres_monitor_upscale_grant_seconds_count")).isEqualTo(1);
            assertThat(page.value("elastigres_monitor_upscale_reaction_seconds_count"))
                    .isPositive();
            assertThat(page.value("elastigres_monitor_upscale_requests_total{reason=\"usage\"}"))
                    .isPositive();
        }
    }

    @Test
    void countsUnansweredRequests() throws Exception {
        var own =
                new FakeKernelTree(Files.createDirectory(folder.resolve("gone")))
                        .total(512)
                        .usage(50);
        server.freeze();
        try (var waiting =
                TestMonitor.start(
                        own,
                        "--answer-timeout",
                        "5m",
                        "--postgres-connect-timeout",
                        "5m",
                        "--pgconnstr",
                        new ManagedPostgres(server, "").connectionString("postgres"))) {
            try (var leaving = waiting.agent()) {
                leaving.announce(2, 600);
                waiting.awaitStatus("true", "session", "answer_pending");
            }
            waiting.await(
                    "the request is counted",
                    () ->
                            waiting.ownMetrics()
                                    .find(
                                            "elastigres_monitor_requests_total{kind="
                                                    + "\"upscale_notification\",outcome=\"unanswered\"}")
                                    .isPresent());
        } finally {
            server.thaw();
        }
    }

    @Test
    void machinePageHasExactlyTheDocumentedMetrics() throws Exception {
        // The kernel that this test runs on.
        var whole = new FakeKernelTree(Files.createDirectory(folder.resolve("machine"))).usage(1);
        Files.copy(Path.of("/proc/meminfo"), whole.root().resolve("meminfo"));
        try (var real =
                TestMonitor.start(
                        whole, "--metrics.host-addr", "127.0.0.1:0", "--path.procfs", "/proc")) {
            var documented = DocumentedMetrics.of("The machine");
            // Pressure files depend on the kernel's configuration.
            if (!Files.exists(Path.of("/proc/pressure/memory")))
                documented =
                        documented.stream()
                                .filter(it -> !it.name().startsWith("host_pressure"))
                                .toList();
            assertThat(real.hostMetrics().families()).containsExactlyElementsOf(documented);
        }
    }

    @Test
    void aTakenAddressIsTriedAgainAndEndsNothing() throws Exception {
        TestMonitor patient;
        HostPort address;
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = new HostPort("127.0.0.1", taken.getLocalPort());
            patient = TestMonitor.start(tree, "--metrics.host-addr", address.toString());
            patient.awaitLog("metrics of the machine cannot be served");
            assertThat(patient.get("/healthz").code()).isEqualTo(200);
        }
        try (patient) {
            assertThat(patient.hostMetrics().value("host_memory_total_bytes"))
                    .isEqualTo(1024.0 * (1 << 20));
            patient.awaitLog(address.toString());
        }
    }

    @Test
    void warnsAboutMetricsAddressReachableByOthers() throws Exception {
        try (var open = TestMonitor.start(tree, "--metrics.host-addr", "0.0.0.0:0")) {
            open.hostMetrics();
            open.awaitLog(
                    "metrics of the machine served without authentication to all hosts that reach this address");
            assertThat(open.log().lines().filter(it -> it.contains("to all hosts that reach")))
                    .singleElement()
                    .asString()
                    .contains("\"level\":\"warn\"");
        }
    }

    @Test
    @NeedsPackages("prometheus")
    void promtoolFindsNothingWrong() throws Exception {
        agent.askDownscale(20, 64).next();
        assertThat(monitor.ownMetrics().promtool()).isEmpty();
        assertThat(monitor.hostMetrics().promtool()).isEmpty();
    }
}
