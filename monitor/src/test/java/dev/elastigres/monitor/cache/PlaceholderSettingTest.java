package dev.elastigres.monitor.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.monitor.DatabaseState;
import dev.elastigres.monitor.Await;
import dev.elastigres.testbed.PostgresPrograms;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.PostgresServerOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Tests with a setting of Neon's whose library is not loaded. A server keeps such a placeholder
/// until it restarts, so these have one of their own.
class PlaceholderSettingTest {
    private static CacheFixture postgres;

    private final RecordedReports reports = new RecordedReports();

    @BeforeAll
    static void start() throws Exception {
        postgres =
                new CacheFixture(
                        PostgresServer.start(
                                PostgresServerOptions.of(PostgresPrograms.embedded())));
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.server().close();
    }

    @BeforeEach
    void reset() throws Exception {
        postgres.reset();
    }

    @Test
    void autoIgnoresPlaceholderSetting() throws Exception {
        leavePlaceholder();
        try (var cache = postgres.start(CachePolicy.parse("auto", ""), reports)) {
            cache.want(CacheFixture.MEMORY);
            assertThat(reports.identified())
                    .isEqualTo(
                            new CacheReport.Identified(
                                    "settings",
                                    "effective_cache_size (neon.file_cache_size_limit is a"
                                            + " placeholder: no library that defines it is loaded)"));
            assertThat(reports.applied()).isEqualTo("set effective_cache_size to 768MiB");
            assertThat(postgres.show("neon.file_cache_size_limit")).isEqualTo("5");
        }
    }

    /// Leaves a placeholder setting, as of a library that is no longer loaded.
    private static void leavePlaceholder() throws Exception {
        postgres.run(
                "ALTER SYSTEM SET \"neon\".\"file_cache_size_limit\" = 5",
                "SELECT pg_reload_conf()");
        Await.until(
                "the placeholder is there",
                () ->
                        postgres.ask("SELECT current_setting('neon.file_cache_size_limit', true)")
                                .equals("5"));
    }

    @Test
    void neonPolicyRejectsPlaceholderSetting() throws Exception {
        leavePlaceholder();
        try (var cache = postgres.start(new CachePolicy.Neon(), reports)) {
            cache.want(CacheFixture.MEMORY);
            assertThat(reports.failed())
                    .isEqualTo(
                            new DatabaseState.Refusing(
                                    ("database postgres at 127.0.0.1:%d:"
                                                    + " neon.file_cache_size_limit is a placeholder:"
                                                    + " no library that defines it is loaded")
                                            .formatted(postgres.server().port())));
        }
    }
}
