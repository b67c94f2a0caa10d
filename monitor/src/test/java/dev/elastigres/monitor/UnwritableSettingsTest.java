package dev.elastigres.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.monitor.watch.FakeKernelTree;
import dev.elastigres.testbed.PostgresPrograms;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.PostgresServerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server that does not allow `ALTER SYSTEM`, and a hot standby, which is otherwise read-only.
class UnwritableSettingsTest {
    @TempDir Path folder;
    private FakeKernelTree tree;

    @BeforeEach
    void calm() throws Exception {
        tree = new FakeKernelTree(folder).total(1024).usage(100);
    }

    @Test
    void growthAndShrinkGoOnWithoutAlterSystem() throws Exception {
        var options =
                PostgresServerOptions.of(PostgresPrograms.embedded())
                        .withSetting("allow_alter_system", "off");
        try (var server = PostgresServer.start(options);
                var monitor = start(server);
                var agent = monitor.agent()) {
            monitor.awaitUnready("Postgres refuses: allow_alter_system is off on database ");
            assertThat(monitor.status("cache", "postgres")).isEqualTo("refusing");

            WireMessage answer = agent.askDownscale(2, 512).next();
            assertThat(answer.status()).contains("allow_alter_system is off");
            assertThat(answer.ok()).isTrue();
            tree.total(512);
            assertThat(agent.announce(4, 2048).next().type()).isEqualTo("UpscaleConfirmation");
            tree.total(2048);
            monitor.awaitStatus(Long.toString(1948L << 20), "memory", "fitted_bytes");
        }
    }

    @Test
    void settingsOfAHotStandbyFollowMemory() throws Exception {
        try (var server =
                PostgresServer.start(PostgresServerOptions.of(PostgresPrograms.embedded()))) {
            server.stop();
            Files.createFile(server.dataDirectory().resolve("standby.signal"));
            server.start();
            var postgres = new ManagedPostgres(server, "effective_cache_size");
            assertThat(postgres.ask("SELECT pg_is_in_recovery()")).isEqualTo("t");
            try (var monitor = start(server);
                    var agent = monitor.agent()) {
                monitor.awaitReady();
                assertThat(postgres.ask("SHOW effective_cache_size")).isEqualTo("768MB");
                assertThat(agent.askDownscale(2, 500).next().ok()).isTrue();
                assertThat(postgres.ask("SHOW effective_cache_size")).isEqualTo("300MB");
            }
        }
    }

    private TestMonitor start(PostgresServer server) throws Exception {
        String target = "host=127.0.0.1 dbname=postgres user=postgres port=" + server.port();
        TestMonitor monitor = TestMonitor.start(tree, "--pgconnstr", target);
        monitor.awaitSamples();
        return monitor;
    }
}
