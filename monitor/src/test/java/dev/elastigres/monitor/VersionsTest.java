package dev.elastigres.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.monitor.watch.FakeKernelTree;
import dev.elastigres.protocol.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Messages for the same events to agents of both versions, byte by byte: v1.0 is unchanged, v1.1
/// has more details.
class VersionsTest {
    private static final String REFUSAL =
            "Postgres uses 251MiB, and with 512MiB the threshold would be 350.2MiB: less than usage"
                    + " + 100MiB";

    @TempDir Path folder;
    private FakeKernelTree tree;

    @BeforeEach
    void calm() throws Exception {
        tree = new FakeKernelTree(folder).total(1024).usage(200).cpus(2);
    }

    @Test
    void aRequest() throws Exception {
        tree.usage(900);
        try (var monitor = TestMonitor.start(tree)) {
            monitor.awaitUsage(900);
            try (var agent = monitor.agent()) {
                assertThat(agent.nextFrame().text())
                        .isEqualTo("{\"type\":\"UpscaleRequest\",\"id\":3}");
            }
            try (var agent = monitor.agentV11()) {
                assertThat(agent.nextFrame().text())
                        .isEqualTo(
                                "{\"type\":\"UpscaleRequest\",\"reason\":\"usage\","
                                        + "\"want_mem\":1215299584,\"id\":3}");
            }
            assertThat(monitor.status("last_decision"))
                    .startsWith("asked for at least 1.13GiB: Postgres uses 900MiB");
        }
    }

    @Test
    void aRequestForCpus() throws Exception {
        try (var _ = BusyCpuFixture.start(tree, 2, 4);
                var monitor = TestMonitor.start(tree)) {
            try (var agent = monitor.agentV11()) {
                assertThat(agent.nextFrame().text())
                        .isEqualTo(
                                "{\"type\":\"UpscaleRequest\",\"reason\":\"cpu\","
                                        + "\"want_mem\":1178599424,\"want_cpu\":3,\"id\":3}");
                assertThat(monitor.status("last_decision"))
                        .startsWith("asked for 3 CPUs: 2 CPUs are 100% busy");
            }
            // An agent of v1.0 would take a request for CPUs for one of memory. CPUs are read each
            // second.
            try (var agent = monitor.agent()) {
                long end = System.nanoTime() + Duration.ofMillis(1500).toNanos();
                for (long id = 2; System.nanoTime() - end < 0; id += 2) agent.checkHealth(id);
            }
        }
    }

    @Test
    void sendsNoCpuRequestWhenDisabled() throws Exception {
        try (var _ = BusyCpuFixture.start(tree, 2, 4);
                var monitor = TestMonitor.start(tree, "--cpu-demand", "off")) {
            assertThat(monitor.log()).doesNotContain("does not report CPU pressure");
            tree.usage(900);
            try (var agent = monitor.agentV11()) {
                assertThat(agent.nextFrame().text()).contains("\"reason\":\"usage\"");
            }
        }
    }

    @Test
    void requestedSizeEndsShortage() throws Exception {
        tree.usage(900);
        try (var monitor = TestMonitor.start(tree, "--upscale-interval", "50ms");
                var agent = monitor.agentV11()) {
            long wanted = number(agent.nextUpscaleRequest(), "want_mem");
            tree.total(wanted >> 20);
            agent.announce(2, wanted >> 20);
            assertThat(number(agent.nextAnswer(), "applied_mem")).isPositive();
            monitor.awaitStatus(Long.toString(wanted), "memory", "announced_bytes");
            monitor.await(
                    "it is not short any more",
                    () -> Long.parseLong(monitor.status("memory", "threshold_bytes")) > 900L << 20);
        }
    }

    @Test
    void aConfirmation() throws Exception {
        try (var monitor = TestMonitor.start(tree)) {
            monitor.awaitSamples();
            try (var agent = monitor.agent()) {
                assertThat(agent.announce(2, 2048).nextFrame().text())
                        .isEqualTo("{\"type\":\"UpscaleConfirmation\",\"id\":2}");
            }
            try (var agent = monitor.agentV11()) {
                // Memory that has not arrived is not used.
                assertThat(agent.announce(2, 2048).nextFrame().text())
                        .isEqualTo(
                                "{\"type\":\"UpscaleConfirmation\",\"applied_mem\":1073741824,"
                                        + "\"applied_cpu\":2,\"id\":2}");
                tree.total(1990).cpus(3);
                monitor.awaitStatus(Long.toString(1990L << 20), "memory", "observed_bytes");
                assertThat(agent.announce(4, 2048).nextFrame().text())
                        .isEqualTo(
                                "{\"type\":\"UpscaleConfirmation\",\"applied_mem\":2147483648,"
                                        + "\"applied_cpu\":3,\"id\":4}");
            }
        }
    }

    @Test
    void aRefusal() throws Exception {
        tree.usage(251);
        try (var monitor = TestMonitor.start(tree)) {
            monitor.awaitUsage(251);
            try (var agent = monitor.agent()) {
                assertThat(agent.askDownscale(2, 512).nextFrame().text())
                        .isEqualTo(
                                "{\"type\":\"DownscaleResult\",\"Ok\":false,\"Status\":\""
                                        + REFUSAL
                                        + "\",\"id\":2}");
            }
            try (var agent = monitor.agentV11()) {
                WireMessage refused = agent.askDownscale(2, 512).next();
                assertThat(refused.text())
                        .isEqualTo(
                                "{\"type\":\"DownscaleResult\",\"Ok\":false,\"Status\":\""
                                        + REFUSAL
                                        + "\",\"reason\":\"too_much_used\","
                                        + "\"least_mem\":537919488,\"id\":2}");
                assertThat(monitor.status("last_decision"))
                        .isEqualTo("refused 512MiB: " + REFUSAL + "; 513MiB would be agreed to");
                // Therefore one more request is sufficient.
                WireMessage agreed =
                        agent.askDownscale(4, number(refused, "least_mem") >> 20).next();
                assertThat(agreed.ok()).isTrue();
                assertThat(agreed.fields().members())
                        .containsOnlyKeys("type", "Ok", "Status", "id");
            }
        }
    }

    @Test
    void aHealthCheck() throws Exception {
        try (var monitor = TestMonitor.start(tree)) {
            monitor.awaitReady();
            try (var agent = monitor.agent()) {
                agent.checkHealth(2);
            }
            try (var agent = monitor.agentV11()) {
                assertThat(agent.askHealth(2).nextFrame().text())
                        .isEqualTo(
                                "{\"type\":\"HealthCheck\",\"ready\":true,"
                                        + "\"postgres\":\"unmanaged\",\"id\":2}");
                tree.removeCgroup();
                monitor.awaitUnready("memory usage is unknown");
                assertThat(agent.askHealth(4).nextFrame().text())
                        .startsWith(
                                "{\"type\":\"HealthCheck\",\"ready\":false,"
                                        + "\"postgres\":\"unmanaged\","
                                        + "\"troubles\":[\"memory usage is unknown: ")
                        .endsWith("\"],\"id\":4}");
                assertThat(agent.askDownscale(6, 4096).next().fields().get("reason"))
                        .contains(new Json.Str("usage_unreadable"));
            }
        }
    }

    @Test
    void aHealthCheckWhilePostgresIsDown() throws Exception {
        try (var monitor = TestMonitor.start(tree, "--pgconnstr", "host=127.0.0.1 port=1")) {
            monitor.awaitUnready("Postgres is down: ");
            try (var agent = monitor.agent()) {
                agent.checkHealth(2);
            }
            try (var agent = monitor.agentV11()) {
                assertThat(agent.askHealth(2).nextFrame().text())
                        .startsWith(
                                "{\"type\":\"HealthCheck\",\"ready\":false,"
                                        + "\"postgres\":\"down\","
                                        + "\"troubles\":[\"Postgres is down: ")
                        .endsWith("\"],\"id\":2}");
            }
        }
    }

    @Test
    void sessionKeepsItsProtocolVersion() throws Exception {
        try (var monitor = TestMonitor.start(tree);
                var newer = monitor.agentV11()) {
            monitor.awaitStatus("true", "session", "live");
            monitor.awaitStatus("2", "session", "protocol_version");
            newer.send("nonsense");
            assertThat(newer.next().fields().members()).containsOnlyKeys("type", "error", "id");
            try (var older = monitor.agent()) {
                assertThat(newer.closeFrame().code()).isEqualTo(1000);
                monitor.awaitStatus("1", "session", "protocol_version");
                older.checkHealth(2);
                assertThat(older.announce(4, 900).nextFrame().text())
                        .isEqualTo("{\"type\":\"UpscaleConfirmation\",\"id\":4}");
            }
        }
    }

    private static long number(WireMessage message, String name) {
        return message.fields().whole(name).orElseThrow(() -> new AssertionError(message));
    }
}
