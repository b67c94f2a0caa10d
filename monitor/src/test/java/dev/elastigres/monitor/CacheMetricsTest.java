package dev.elastigres.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.monitor.testing.NeedsPackages;
import dev.elastigres.monitor.watch.FakeKernelTree;
import dev.elastigres.testbed.FakeNeonExtension;
import dev.elastigres.testbed.PostgresPrograms;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.PostgresServerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Metrics of Neon's file cache, on a Postgres with a stand-in for Neon's extension.
@NeedsPackages({"postgresql-15", "postgresql-server-dev-15", "gcc"})
class CacheMetricsTest {
    private static final String WINDOWS = "lfc_approximate_working_set_size_windows";

    @TempDir static Path folder;
    private static FakeNeonExtension neon;
    private static ManagedPostgres postgres;
    private static FakeKernelTree tree;

    @BeforeAll
    static void start() throws Exception {
        tree = new FakeKernelTree(folder).total(1024).usage(200);
        var debian = PostgresPrograms.debian(15).orElseThrow();
        neon = FakeNeonExtension.build(debian);
        var options = PostgresServerOptions.of(debian);
        var server = PostgresServer.start(neon.loadedInto(options, 512, 10));
        postgres = new ManagedPostgres(server, "neon.file_cache_size_limit");
        postgres.run(neon.sql(), "CREATE ROLE watching LOGIN", "CREATE ROLE nobody LOGIN");
        postgres.run("GRANT pg_monitor TO watching");
    }

    @AfterAll
    static void stop() throws Exception {
        try (var _ = neon) {
            if (postgres != null) postgres.server().close();
        }
    }

    @BeforeEach
    void count() throws Exception {
        postgres.run("SELECT neon.set_statistics(900, 100, 50, 7, 4000)");
    }

    private static TestMonitor monitor(String user, String... flags) throws Exception {
        var all = new String[flags.length + 4];
        all[0] = "--metrics.cache-addr";
        all[1] = "127.0.0.1:0";
        all[2] = "--pgconnstr";
        all[3] = postgres.connectionString(user);
        System.arraycopy(flags, 0, all, 4, flags.length);
        return TestMonitor.start(tree, all);
    }

    private static void awaitHits(TestMonitor monitor, double hits) throws Exception {
        monitor.await(
                hits + " hits",
                () -> monitor.cacheMetrics().find("lfc_hits").equals(Optional.of(hits)));
    }

    private static void awaitNothing(TestMonitor monitor) throws Exception {
        monitor.await("nothing is told", () -> monitor.cacheMetrics().text().isEmpty());
    }

    @Test
    void pageHasExactlyTheDocumentedMetrics() throws Exception {
        try (var monitor = monitor("postgres")) {
            awaitHits(monitor, 900);
            ScrapedPage page = monitor.cacheMetrics();
            assertThat(page.families())
                    .containsExactlyElementsOf(DocumentedMetrics.of("The cache"));
            assertThat(page.value("lfc_misses")).isEqualTo(100);
            assertThat(page.value("lfc_writes")).isEqualTo(50);
            assertThat(page.value("lfc_used")).isEqualTo(7);
            for (int minutes = 1; minutes <= 60; minutes++)
                assertThat(
                                page.value(
                                        "%s{duration_seconds=\"%d\"}"
                                                .formatted(WINDOWS, minutes * 60)))
                        .isEqualTo(4000 + minutes - 1);
        }
    }

    @Test
    void theSizeIsTheOneThatFollowsMemory() throws Exception {
        try (var monitor = monitor("postgres")) {
            monitor.awaitReady();
            double bytes =
                    Double.parseDouble(
                            postgres.ask(
                                    "SELECT pg_size_bytes(current_setting("
                                            + "'neon.file_cache_size_limit'))"));
            monitor.await(
                    "the size is told",
                    () ->
                            monitor.cacheMetrics()
                                    .find("lfc_cache_size_limit")
                                    .equals(Optional.of(bytes)));
        }
    }

    @Test
    void followsTheServer() throws Exception {
        try (var monitor = monitor("postgres")) {
            awaitHits(monitor, 900);
            postgres.run("SELECT neon.set_statistics(901, 100, 50, 7, 4000)");
            awaitHits(monitor, 901);
        }
    }

    @Test
    void aRoleThatOnlyWatchesIsEnough() throws Exception {
        try (var monitor = monitor("watching", "--cache", "none")) {
            awaitHits(monitor, 900);
            assertThat(monitor.status("cache", "policy")).isEqualTo("none");
        }
    }

    @Test
    void aRoleThatMayNotReadFindsNothingAndFillsNoLog() throws Exception {
        try (var monitor = monitor("nobody", "--cache", "none")) {
            monitor.await(
                    "the size alone is told",
                    () -> monitor.cacheMetrics().names().equals(Set.of("lfc_cache_size_limit")));
            assertThat(Files.readString(postgres.server().log()))
                    .doesNotContain("permission denied for schema neon");
        }
    }

    @Test
    void hungServerClearsMetricsWithoutDelayingScrape() throws Exception {
        try (var monitor =
                monitor(
                        "postgres",
                        "--postgres-statement-timeout",
                        "300ms",
                        "--postgres-connect-timeout",
                        "300ms")) {
            awaitHits(monitor, 900);
            postgres.server().freeze();
            try {
                awaitNothing(monitor);
            } finally {
                postgres.server().thaw();
            }
            awaitHits(monitor, 900);
        }
    }

    @Test
    void comesBackWithTheServer() throws Exception {
        try (var monitor = monitor("postgres")) {
            awaitHits(monitor, 900);
            postgres.server().stop();
            awaitNothing(monitor);
            postgres.server().start();
            postgres.run("SELECT neon.set_statistics(1, 100, 50, 7, 4000)");
            awaitHits(monitor, 1);
        }
    }

    @Test
    @NeedsPackages({"postgresql-15", "postgresql-server-dev-15", "gcc", "prometheus"})
    void promtoolFindsNothingWrong() throws Exception {
        try (var monitor = monitor("postgres")) {
            awaitHits(monitor, 900);
            assertThat(monitor.cacheMetrics().promtool()).isEmpty();
        }
    }
}
