package dev.elastigres.monitor.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.monitor.DatabaseState;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.Await;
import dev.elastigres.monitor.testing.NeedsPackages;
import dev.elastigres.testbed.FakeNeonExtension;
import dev.elastigres.testbed.PostgresPrograms;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.PostgresServerOptions;
import java.nio.file.Files;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Neon's file cache, on a Postgres with a stand-in for Neon's extension.
@NeedsPackages({"postgresql-15", "postgresql-server-dev-15", "gcc"})
class NeonCacheTest {
    private static final CachePolicy AUTO = CachePolicy.parse("auto", "");

    private static FakeNeonExtension neon;
    private static CacheFixture postgres;

    private final RecordedReports reports = new RecordedReports();

    @BeforeAll
    static void start() throws Exception {
        var debian = PostgresPrograms.debian(15).orElseThrow();
        neon = FakeNeonExtension.build(debian);
        postgres =
                new CacheFixture(
                        PostgresServer.start(
                                neon.loadedInto(PostgresServerOptions.of(debian), 512, 10)));
        postgres.run(neon.sql());
    }

    @AfterAll
    static void stop() throws Exception {
        try (var _ = neon) {
            if (postgres != null) postgres.server().close();
        }
    }

    @BeforeEach
    void reset() throws Exception {
        postgres.reset();
    }

    @Test
    void sizesTheFileCacheByTheRules() throws Exception {
        try (var cache = postgres.start(AUTO, reports)) {
            reports.change(DatabaseState.Up.class);
            assertThat(cache.status().policy()).isEqualTo("neon");
            assertThat(postgres.show("neon.file_cache_size_limit")).isEqualTo("10MB");

            // (412 − 256) / 1.1
            cache.want(Bytes.ofMebibytes(412));
            assertThat(reports.applied()).isEqualTo("set file cache size to 141MiB");
            assertThat(postgres.show("neon.file_cache_size_limit")).isEqualTo("141MB");

            cache.want(Bytes.ofMebibytes(200));
            assertThat(reports.applied()).isEqualTo("set file cache size to 0B");
            assertThat(postgres.show("neon.file_cache_size_limit")).isEqualTo("0");

            assertThat(cache.status().settings())
                    .containsExactly(
                            new CacheStatus.CacheSettingStatus(
                                    "neon.file_cache_size_limit",
                                    Optional.of(Bytes.ZERO),
                                    Optional.of(Bytes.ZERO)));
            assertThat(postgres.show("effective_cache_size")).isEqualTo("4GB");
        }
    }

    @Test
    void writesASizeOnce() throws Exception {
        try (var cache = postgres.start(AUTO, reports)) {
            cache.want(Bytes.ofMebibytes(412));
            assertThat(reports.applied()).isEqualTo("set file cache size to 141MiB");
            String reloaded = postgres.ask("SELECT pg_conf_load_time()");
            cache.want(Bytes.ofMebibytes(412));
            assertThat(reports.applied()).isEqualTo("kept file cache size at 141MiB");
            assertThat(postgres.ask("SELECT pg_conf_load_time()")).isEqualTo(reloaded);
        }
    }

    @Test
    void staysBelowTheServersMaximum() throws Exception {
        try (var cache = postgres.start(new CachePolicy.Neon(), reports)) {
            cache.want(Bytes.ofGibibytes(4));
            assertThat(reports.applied())
                    .isEqualTo(
                            "set file cache size to 512MiB, all that neon.max_file_cache_size"
                                    + " allows");
            assertThat(postgres.show("neon.file_cache_size_limit")).isEqualTo("512MB");
        }
    }

    @Test
    void staysBelowTheCeiling() throws Exception {
        var config = CacheFixture.config(CacheFixture.GENEROUS).withCeiling(Bytes.ofMebibytes(100));
        try (var cache = postgres.start(AUTO, config, reports)) {
            cache.want(Bytes.ofGibibytes(4));
            assertThat(reports.applied()).isEqualTo("set file cache size to 100MiB, the ceiling");
            assertThat(postgres.show("neon.file_cache_size_limit")).isEqualTo("100MB");
        }
    }

    @Test
    void settingsAreManagedInsteadWhenAskedFor() throws Exception {
        try (var cache = postgres.start(CachePolicy.parse("settings", ""), reports)) {
            cache.want(CacheFixture.MEMORY);
            assertThat(reports.applied()).isEqualTo("set effective_cache_size to 768MiB");
            assertThat(postgres.show("neon.file_cache_size_limit")).isEqualTo("10MB");
        }
    }

    @Test
    void setsItAgainAfterAKill() throws Exception {
        try (var cache = postgres.start(AUTO, reports)) {
            cache.want(Bytes.ofMebibytes(412));
            String summary = reports.applied();

            postgres.server().kill();
            reports.change(DatabaseState.Down.class);
            Files.writeString(
                    postgres.server().dataDirectory().resolve("postgresql.auto.conf"), "");
            postgres.server().start();

            assertThat(reports.applied()).isEqualTo(summary);
            assertThat(postgres.show("neon.file_cache_size_limit")).isEqualTo("141MB");
        }
    }

    @Test
    void reportsHungServerAndSetsSizeWhenItResumes() throws Exception {
        var config = CacheFixture.config(CacheFixture.TIGHT);
        try (var cache = postgres.start(AUTO, config, reports)) {
            reports.change(DatabaseState.Up.class);
            postgres.server().freeze();
            try {
                cache.want(Bytes.ofMebibytes(412));
                assertThat(reports.failed()).isInstanceOf(DatabaseState.Hung.class);
            } finally {
                postgres.server().thaw();
            }
            Await.until(
                    "it is up again", () -> cache.status().database() instanceof DatabaseState.Up);
            assertThat(postgres.show("neon.file_cache_size_limit")).isEqualTo("141MB");
        }
    }

    @Test
    void aRoleWithoutPrivilegesIsRefused() throws Exception {
        postgres.run("CREATE ROLE plain LOGIN");
        try (var cache =
                new FileCache(
                                postgres.target("plain"),
                                AUTO,
                                CacheFixture.config(CacheFixture.GENEROUS),
                                reports)
                        .start()) {
            cache.want(Bytes.ofMebibytes(412));
            assertThat(reports.failed())
                    .isInstanceOf(DatabaseState.Refusing.class)
                    .extracting(DatabaseState::problem)
                    .asString()
                    .startsWith(
                            "cannot set neon.file_cache_size_limit to 141MiB on database postgres at ")
                    .contains("permission denied");
        } finally {
            postgres.run("DROP ROLE plain");
        }
    }

    @Test
    void theStandInHasNeonsStatistics() throws Exception {
        postgres.run("SELECT neon.set_statistics(3, 4, 5, 6, 700)");
        assertThat(
                        postgres.ask(
                                "SELECT string_agg(lfc_key || '=' || lfc_value, ' ' ORDER BY lfc_key)"
                                        + " FROM neon.neon_lfc_stats"))
                .isEqualTo(
                        "file_cache_hits=3 file_cache_misses=4 file_cache_used=6 file_cache_writes=5");
        assertThat(postgres.ask("SELECT neon.approximate_working_set_size_seconds(60)"))
                .isEqualTo("700");
    }
}
