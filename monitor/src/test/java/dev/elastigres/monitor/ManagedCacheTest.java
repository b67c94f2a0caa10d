package dev.elastigres.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.watch.FakeKernelTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A monitor beside a real Postgres that works, is killed, hangs, is full or refuses.
abstract class ManagedCacheTest {
    @TempDir Path folder;
    private FakeKernelTree tree;
    private ManagedPostgres postgres;

    abstract ManagedPostgres postgres();

    /// Returns whether a cache that cannot be set prevents a downscale.
    abstract boolean holdsMemory();

    /// Returns the cache size for the usable memory.
    abstract Bytes fitting(Bytes usable);

    @BeforeEach
    void reset() throws Exception {
        tree = new FakeKernelTree(folder).total(1024).usage(100);
        postgres = postgres();
        postgres.reset();
    }

    // ---- a Postgres that obeys

    @Test
    void theCacheFollowsMemory() throws Exception {
        try (var monitor = start();
                var agent = monitor.agent()) {
            monitor.awaitReady();
            assertThat(postgres.size()).isEqualTo(fitting(1024));

            // Announced memory that has not arrived is confirmed, but not used.
            assertThat(agent.announce(2, 2048).next().type()).isEqualTo("UpscaleConfirmation");
            assertThat(monitor.status("last_decision")).doesNotContain("when Postgres can");
            assertThat(postgres.size()).isEqualTo(fitting(1024));
            tree.total(1990);
            monitor.await("it grows", () -> postgres.size().equals(fitting(2048 - 100)));

            // In force before the answers.
            assertThat(agent.askDownscale(4, 512).next().ok()).isTrue();
            assertThat(postgres.size()).isEqualTo(fitting(512 - 100));
            assertThat(agent.announce(6, 1024).next().type()).isEqualTo("UpscaleConfirmation");
            assertThat(postgres.size()).isEqualTo(fitting(1024 - 100));
        }
    }

    @Test
    void aRefusedDownscaleLeavesTheCache() throws Exception {
        tree.usage(500);
        try (var monitor = start();
                var agent = monitor.agent()) {
            monitor.awaitReady();
            WireMessage answer = agent.askDownscale(2, 512).next();
            assertThat(answer.ok()).isFalse();
            assertThat(answer.status()).contains("Postgres uses 500MiB");
            assertThat(postgres.size()).isEqualTo(fitting(1024));
        }
    }

    @Test
    void statusShowsWantedAndActualSizes() throws Exception {
        try (var monitor = start()) {
            monitor.awaitReady();
            assertThat(monitor.status("cache", "postgres")).isEqualTo("up");
            assertThat(monitor.status("cache", "usable_bytes")).isEqualTo("1073741824");
            long bytes = fitting(1024).value();
            assertThat(monitor.get("/status").body())
                    .contains(
                            "{\"name\":\"%s\",\"wanted_bytes\":%d,\"actual_bytes\":%d}"
                                    .formatted(postgres.setting(), bytes, bytes));
        }
    }

    @Test
    void aSizeSetByHandSurvivesWhenNothingIsManaged() throws Exception {
        postgres.set(Bytes.ofMebibytes(77));
        try (var monitor = start("--cache", "none");
                var agent = monitor.agent()) {
            monitor.awaitReady();
            WireMessage answer = agent.askDownscale(2, 800).next();
            assertThat(answer.ok()).isTrue();
            assertThat(answer.status()).startsWith("no cache is managed; ");
            assertThat(agent.announce(4, 1024).next().type()).isEqualTo("UpscaleConfirmation");
        }
        assertThat(postgres.size()).isEqualTo(Bytes.ofMebibytes(77));
    }

    @Test
    void theCeilingIsNeverExceeded() throws Exception {
        try (var monitor = start("--cache-max-size", "64MiB")) {
            monitor.awaitReady();
            assertThat(postgres.size()).isEqualTo(Bytes.ofMebibytes(64));
            tree.total(4096);
            monitor.awaitStatus(Long.toString(4096L << 20), "cache", "usable_bytes");
        }
        assertThat(postgres.size()).isEqualTo(Bytes.ofMebibytes(64));
    }

    // ---- a Postgres that does not

    @Test
    void aKilledPostgresIsSetWhenItIsBack() throws Exception {
        try (var monitor = start("--upscale-interval", "50ms");
                var agent = monitor.agent()) {
            monitor.awaitReady();
            postgres.server().kill();
            try {
                monitor.awaitUnready("Postgres is down: ");
                agent.checkHealth(2);
                // A server that is down holds no memory in its cache.
                WireMessage answer = agent.askDownscale(4, 512).next();
                assertThat(answer.ok()).isTrue();
                assertThat(answer.status()).startsWith("cache is set when Postgres can: ");
                tree.usage(380);
                assertThat(agent.nextUpscaleRequest().id()).isEqualTo("3");
                tree.usage(100);
            } finally {
                postgres.server().start();
            }
            monitor.awaitReady();
            assertThat(postgres.size()).isEqualTo(fitting(512 - 100));
        }
    }

    /// The core's tests, which control the clock, cover memory that arrives in parts.
    @Test
    void aResizeOfTheCpusAloneReloadsNothing() throws Exception {
        try (var monitor = start();
                var agent = monitor.agent()) {
            monitor.awaitReady();
            assertThat(agent.announce(2, 1024).nextAnswer().type())
                    .isEqualTo("UpscaleConfirmation");
            assertThat(postgres.size()).isEqualTo(fitting(1024 - 100));
            String reloaded = postgres.ask("SELECT pg_conf_load_time()");
            for (int id = 4; id < 12; id += 2)
                assertThat(agent.announce(id, 1024).nextAnswer().type())
                        .isEqualTo("UpscaleConfirmation");
            assertThat(postgres.ask("SELECT pg_conf_load_time()")).isEqualTo(reloaded);
            assertThat(postgres.size()).isEqualTo(fitting(1024 - 100));
        }
    }

    @Test
    void aHungPostgresDelaysNeitherHealthChecksNorRequests() throws Exception {
        try (var monitor =
                        start(
                                "--upscale-interval", "50ms",
                                "--answer-timeout", "1200ms",
                                "--postgres-statement-timeout", "1s",
                                "--postgres-connect-timeout", "1s");
                var agent = monitor.agent()) {
            monitor.awaitReady();
            postgres.server().freeze();
            try {
                long asked = System.nanoTime();
                agent.askDownscale(2, 512);
                agent.checkHealth(4);
                WireMessage answer = agent.next();
                assertThat(answer.id()).isEqualTo("2");
                assertThat(answer.ok()).isEqualTo(!holdsMemory());
                assertThat(answer.status())
                        .startsWith(
                                holdsMemory()
                                        ? "the cache cannot be made smaller: "
                                        : "cache is set when Postgres can: ");
                // By then the agent would have given up.
                assertThat(Duration.ofNanos(System.nanoTime() - asked))
                        .isLessThan(Duration.ofSeconds(5));

                tree.usage(900);
                agent.nextUpscaleRequest();
                agent.nextUpscaleRequest();
                assertThat(agent.announce(6, 1100).nextAnswer().type())
                        .isEqualTo("UpscaleConfirmation");
                agent.nextUpscaleRequest();
                tree.usage(100);
                monitor.awaitUnready("Postgres is hung: ");
                assertThat(agent.askHealth(8).nextAnswer().id()).isEqualTo("8");
                try (var newer = monitor.agentV11()) {
                    assertThat(newer.askHealth(2).next().text())
                            .startsWith("{\"type\":\"HealthCheck\",\"ready\":false,")
                            .contains("\"postgres\":\"hung\"", "[\"Postgres is hung: ");
                }
            } finally {
                postgres.server().thaw();
            }
            monitor.awaitReady();
            monitor.await("it is set", () -> postgres.size().equals(fitting(1100 - 100)));
        }
    }

    @Test
    void aPostgresThatIsFullFromTheStartIsSetWhenThereIsRoom() throws Exception {
        var crowd = postgres.exhaust();
        try (var monitor = start();
                var agent = monitor.agent()) {
            monitor.awaitUnready("too many clients");
            agent.checkHealth(2);
            WireMessage answer = agent.askDownscale(4, 800).next();
            assertThat(answer.ok()).isFalse();
            assertThat(answer.status()).contains("too many clients");
            crowd.forEach(connection -> connection.close());
            monitor.awaitReady();
            assertThat(postgres.size()).isEqualTo(fitting(1024));
        } finally {
            crowd.forEach(connection -> connection.close());
        }
    }

    @Test
    void aRoleWithoutPrivilegesIsNamedAtOnce() throws Exception {
        postgres.run("CREATE ROLE plain LOGIN");
        try (var monitor = start("--pgconnstr", postgres.connectionString("plain"));
                var agent = monitor.agent()) {
            monitor.awaitUnready("Postgres refuses: ");
            assertThat(monitor.get("/readyz").body()).contains("permission denied");
            WireMessage answer = agent.askDownscale(2, 800).next();
            assertThat(answer.ok()).isEqualTo(!holdsMemory());
            assertThat(answer.status()).contains("permission denied");
            agent.checkHealth(4);
        } finally {
            postgres.run("DROP ROLE plain");
        }
    }

    // ---- the end

    @Test
    void terminationLeavesValidSettings() throws Exception {
        try (var process =
                TestMonitorProcess.start(
                        "--addr",
                        "127.0.0.1:0",
                        "--cgroup",
                        "pg",
                        "--path.cgroup",
                        folder.toString(),
                        "--path.procfs",
                        folder.toString(),
                        "--pgconnstr",
                        postgres.connectionString("postgres"))) {
            try (var agent = TestAgent.greet(process.address())) {
                assertThat(agent.announce(2, 1024).next().type()).isEqualTo("UpscaleConfirmation");
                // Repeated, so that the end comes in the middle of work.
                for (int id = 4; id <= 20; id += 2) agent.announce(id, id % 4 == 0 ? 900 : 1000);
                process.terminate();
                assertThat(agent.closeFrame().code()).isEqualTo(1001);
            }
            assertThat(process.exitCode()).as(process.errors()).isZero();
        }
        assertThat(ask("SELECT count(*) FROM pg_file_settings WHERE error IS NOT NULL"))
                .isEqualTo("0");
        Path written = postgres.server().dataDirectory().resolve("postgresql.auto.conf");
        assertThat(Files.readString(written)).contains(postgres.setting() + " = ");
    }

    private String ask(String sql) throws Exception {
        return postgres.ask(sql);
    }

    private Bytes fitting(long usableMebibytes) {
        return fitting(Bytes.ofMebibytes(usableMebibytes));
    }

    private TestMonitor start(String... flags) throws Exception {
        var environment = Map.of("ELASTIGRES_PGCONNSTR", postgres.connectionString("postgres"));
        TestMonitor monitor = TestMonitor.start(tree, environment, flags);
        monitor.awaitSamples();
        return monitor;
    }
}
