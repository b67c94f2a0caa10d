package dev.elastigres.monitor.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.monitor.CacheOutcome;
import dev.elastigres.core.monitor.DatabaseState;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.Await;
import dev.elastigres.monitor.postgres.PostgresConnection;
import dev.elastigres.testbed.PostgresPrograms;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.PostgresServerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Settings that are written or refused, on a stock Postgres that answers.
class SettingsCacheTest {
    private static final CachePolicy DEFAULT = CachePolicy.parse("settings", "");

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
    void keepsTheCacheSizeInProportion() throws Exception {
        try (var cache = postgres.start(DEFAULT, reports)) {
            assertThat(reports.change(DatabaseState.Up.class))
                    .isEqualTo(new DatabaseState.Up(false));
            assertThat(postgres.show("effective_cache_size")).isEqualTo("4GB");

            cache.want(CacheFixture.MEMORY);
            assertThat(reports.outcome())
                    .isEqualTo(
                            new CacheOutcome.Applied(
                                    CacheFixture.MEMORY, "set effective_cache_size to 768MiB"));
            assertThat(postgres.show("effective_cache_size")).isEqualTo("768MB");

            cache.want(Bytes.ofMebibytes(100));
            assertThat(reports.applied()).isEqualTo("set effective_cache_size to 75MiB");
            assertThat(postgres.show("effective_cache_size")).isEqualTo("75MB");

            CacheStatus status = cache.status();
            assertThat(status.policy()).isEqualTo("settings");
            assertThat(status.database()).isEqualTo(new DatabaseState.Up(false));
            assertThat(status.usable()).contains(Bytes.ofMebibytes(100));
            assertThat(status.settings())
                    .containsExactly(
                            new CacheStatus.CacheSettingStatus(
                                    "effective_cache_size",
                                    Optional.of(Bytes.ofMebibytes(75)),
                                    Optional.of(Bytes.ofMebibytes(75))));
        }
    }

    @Test
    void setsSeveralWithinTheirRanges() throws Exception {
        var policy =
                CachePolicy.parse(
                        "settings",
                        "effective_cache_size=60.5%, work_mem=1%:4MB..8MB,"
                                + "maintenance_work_mem=5%:64MB..1GB, temp_buffers=0.0001%");
        try (var cache = postgres.start(policy, reports)) {
            cache.want(CacheFixture.MEMORY);

            // 60.5 % in whole pages of 8 kB; temp_buffers at the minimum of Postgres.
            assertThat(reports.applied())
                    .isEqualTo(
                            "set effective_cache_size to 619.5MiB, work_mem to 8MiB,"
                                    + " maintenance_work_mem to 64MiB, temp_buffers to 800KiB");
            assertThat(postgres.show("effective_cache_size")).isEqualTo("634384kB");
            assertThat(postgres.show("work_mem")).isEqualTo("8MB");
            assertThat(postgres.show("maintenance_work_mem")).isEqualTo("64MB");
            assertThat(postgres.show("temp_buffers")).isEqualTo("800kB");
        }
    }

    @Test
    void writesAndReloadsOnlyChangedSettings() throws Exception {
        var policy = CachePolicy.parse("settings", "effective_cache_size=75%,work_mem=1%:4MB..8MB");
        try (var cache = postgres.start(policy, reports)) {
            cache.want(CacheFixture.MEMORY);
            assertThat(reports.applied())
                    .isEqualTo("set effective_cache_size to 768MiB, work_mem to 8MiB");
            String reloaded = postgres.ask("SELECT pg_conf_load_time()");
            for (int i = 0; i < 4; i++) {
                cache.want(CacheFixture.MEMORY);
                assertThat(reports.applied())
                        .isEqualTo("kept effective_cache_size at 768MiB, work_mem at 8MiB");
            }
            assertThat(postgres.ask("SELECT pg_conf_load_time()")).isEqualTo(reloaded);

            cache.want(Bytes.ofGibibytes(2));
            assertThat(reports.applied())
                    .isEqualTo("set effective_cache_size to 1.50GiB; kept work_mem at 8MiB");
            assertThat(postgres.ask("SELECT pg_conf_load_time()")).isNotEqualTo(reloaded);
        }
    }

    @Test
    void theStepsOfOneResizeReloadOnce() throws Exception {
        FileCacheConfig config = CacheFixture.config(CacheFixture.GENEROUS, Duration.ofSeconds(2));
        try (var cache = postgres.start(DEFAULT, config, reports)) {
            cache.want(CacheFixture.MEMORY);
            assertThat(reports.applied()).isEqualTo("set effective_cache_size to 768MiB");
            String reloaded = postgres.ask("SELECT pg_conf_load_time()");

            for (int mebibytes : List.of(512, 256, 1024, 1536, 2048)) {
                cache.want(Bytes.ofMebibytes(mebibytes));
                assertThat(reports.applied())
                        .isEqualTo("settings are written when the size is stable");
            }
            assertThat(postgres.ask("SELECT pg_conf_load_time()")).isEqualTo(reloaded);
            assertThat(reports.outcome())
                    .isEqualTo(
                            new CacheOutcome.Applied(
                                    Bytes.ofGibibytes(2), "set effective_cache_size to 1.50GiB"));
            assertThat(postgres.show("effective_cache_size")).isEqualTo("1536MB");
        }
    }

    @Test
    void aSettingThatMustFreeMemoryIsWrittenAtOnce() throws Exception {
        var policy =
                CachePolicy.parse("settings", "effective_cache_size=75%,work_mem=1%:4MB..64MB");
        FileCacheConfig config = CacheFixture.config(CacheFixture.GENEROUS, Duration.ofHours(1));
        try (var cache = postgres.start(policy, config, reports)) {
            cache.want(CacheFixture.MEMORY);
            reports.applied();
            cache.want(Bytes.ofGibibytes(2));
            assertThat(reports.applied()).isEqualTo("settings are written when the size is stable");
            cache.want(Bytes.ofMebibytes(512));
            assertThat(reports.applied())
                    .isEqualTo("set effective_cache_size to 384MiB, work_mem to 5.1MiB");
        }
    }

    @Test
    @Timeout(60)
    void aSizeThatKeepsChangingIsWrittenInTheEnd() throws Exception {
        FileCacheConfig config = CacheFixture.config(CacheFixture.GENEROUS, Duration.ofMillis(100));
        try (var cache = postgres.start(DEFAULT, config, reports)) {
            cache.want(CacheFixture.MEMORY);
            reports.applied();
            int mebibytes = 1024;
            String outcome;
            do {
                cache.want(Bytes.ofMebibytes(++mebibytes));
                outcome = reports.applied();
            } while (!outcome.startsWith("set "));
        }
    }

    @Test
    void rewritesSettingChangedByOthers() throws Exception {
        try (var cache = postgres.start(DEFAULT, reports)) {
            cache.want(CacheFixture.MEMORY);
            reports.applied();
            postgres.run(
                    "ALTER SYSTEM SET effective_cache_size = '1MB'", "SELECT pg_reload_conf()");
            Await.until("it is", () -> postgres.show("effective_cache_size").equals("1MB"));
            cache.want(CacheFixture.MEMORY);
            assertThat(reports.applied()).isEqualTo("set effective_cache_size to 768MiB");
            assertThat(postgres.show("effective_cache_size")).isEqualTo("768MB");
        }
    }

    @Test
    void autoUsesSettingsWithoutNeon() throws Exception {
        try (var cache = postgres.start(CachePolicy.parse("auto", ""), reports)) {
            cache.want(CacheFixture.MEMORY);
            assertThat(reports.applied()).isEqualTo("set effective_cache_size to 768MiB");
            assertThat(cache.status().policy()).isEqualTo("settings");
            assertThat(cache.status().found())
                    .isEqualTo("effective_cache_size (there is no neon.file_cache_size_limit)");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "shared_buffers=25%, shared_buffers needs a restart",
        "block_size=1%, block_size is not an amount of memory",
        "segment_size=1%, segment_size cannot be changed",
        "statement_timeout=1%, statement_timeout is not an amount of memory",
        "no_such_thing=1%, no_such_thing does not exist",
        "work_memory.x=1%, work_memory.x does not exist",
    })
    void rejectsSettingsThatCannotFollowMemory(String formula, String reason) throws Exception {
        var policy = CachePolicy.parse("settings", "effective_cache_size=75%," + formula);
        try (var cache = postgres.start(policy, reports)) {
            cache.want(CacheFixture.MEMORY);
            assertThat(reports.failed())
                    .isInstanceOf(DatabaseState.Refusing.class)
                    .extracting(DatabaseState::problem)
                    .asString()
                    .endsWith(": " + reason);
            assertThat(postgres.show("effective_cache_size")).isEqualTo("4GB");
        }
    }

    @Test
    void neverSetsMoreThanTheCeiling() throws Exception {
        var config = CacheFixture.config(CacheFixture.GENEROUS).withCeiling(Bytes.ofMebibytes(200));
        try (var cache = postgres.start(DEFAULT, config, reports)) {
            cache.want(CacheFixture.MEMORY);
            assertThat(reports.applied()).isEqualTo("set effective_cache_size to 200MiB");
            cache.want(Bytes.ofMebibytes(100));
            assertThat(reports.applied()).isEqualTo("set effective_cache_size to 75MiB");
        }
    }

    @Test
    void policyNoneKeepsExistingSettings() throws Exception {
        postgres.run("ALTER SYSTEM SET effective_cache_size = '123MB'", "SELECT pg_reload_conf()");
        Await.until(
                "the size is in force",
                () -> postgres.show("effective_cache_size").equals("123MB"));
        try (var cache = postgres.start(new CachePolicy.None(), reports)) {
            cache.want(CacheFixture.MEMORY);
            assertThat(reports.applied()).isEqualTo("left the cache as it is");
            assertThat(cache.status().database()).isEqualTo(new DatabaseState.Unmanaged());
        }
        assertThat(postgres.show("effective_cache_size")).isEqualTo("123MB");
        Await.until(
                "nobody else is connected",
                () ->
                        postgres.ask(
                                        "SELECT count(*) FROM pg_stat_activity"
                                                + " WHERE application_name = 'elastigres-monitor'")
                                .equals("1"));
    }

    @Test
    void reportsOverriddenSetting() throws Exception {
        postgres.run("CREATE ROLE overridden LOGIN SUPERUSER");
        postgres.run("ALTER ROLE overridden SET effective_cache_size = '1GB'");
        try (var cache =
                new FileCache(
                                postgres.target("overridden"),
                                DEFAULT,
                                CacheFixture.config(CacheFixture.GENEROUS),
                                reports)
                        .start()) {
            cache.want(CacheFixture.MEMORY);
            assertThat(reports.failed().problem())
                    .startsWith("effective_cache_size stays 1GiB instead of 768MiB on database ")
                    .endsWith(
                            ": it is set for this role or database, so the server's own value is"
                                    + " not seen");
        }
        assertThat(postgres.show("effective_cache_size")).isEqualTo("768MB");
    }

    @Test
    void reportsMissingPrivilegesAndRetries() throws Exception {
        postgres.run("CREATE ROLE plain LOGIN");
        try (var cache =
                new FileCache(
                                postgres.target("plain"),
                                DEFAULT,
                                CacheFixture.config(CacheFixture.GENEROUS),
                                reports)
                        .start()) {
            cache.want(CacheFixture.MEMORY);
            DatabaseState refusing = reports.failed();
            assertThat(refusing).isInstanceOf(DatabaseState.Refusing.class);
            assertThat(refusing.problem())
                    .startsWith(
                            "cannot set effective_cache_size to 786432kB on database postgres at ")
                    .contains("permission denied");
            assertThat(cache.status().database()).isEqualTo(refusing);

            postgres.run(
                    "GRANT ALTER SYSTEM ON PARAMETER effective_cache_size TO plain",
                    "GRANT EXECUTE ON FUNCTION pg_reload_conf() TO plain");
            // Another refusal may come between the two.
            Await.until(
                    "the size is set", () -> cache.status().database() instanceof DatabaseState.Up);
            assertThat(postgres.show("effective_cache_size")).isEqualTo("768MB");
        } finally {
            postgres.run("DROP OWNED BY plain", "DROP ROLE plain");
        }
    }

    @Test
    void aWriteThatHangsIsNotFollowedByOthers() throws Exception {
        postgres.run("CREATE ROLE slow LOGIN");
        postgres.run(
                "GRANT ALTER SYSTEM ON PARAMETER effective_cache_size TO slow",
                "GRANT EXECUTE ON FUNCTION pg_reload_conf() TO slow");
        try (var admin =
                        PostgresConnection.open(
                                postgres.target("postgres"), CacheFixture.GENEROUS);
                var cache =
                        new FileCache(
                                        postgres.target("slow"),
                                        DEFAULT,
                                        CacheFixture.config(CacheFixture.TIGHT),
                                        reports)
                                .start()) {
            reports.change(DatabaseState.Up.class);
            // Privilege checks read this table.
            admin.execute("lock", "BEGIN; LOCK TABLE pg_catalog.pg_parameter_acl");
            try {
                cache.want(CacheFixture.MEMORY);
                assertThat(reports.failed()).isInstanceOf(DatabaseState.Hung.class);
                Await.until(
                        "it looks before it writes again",
                        () -> cache.status().database().problem().contains("an earlier ALTER"));
                assertThat(
                                postgres.ask(
                                        "SELECT count(*) FROM pg_stat_activity"
                                                + " WHERE usename = 'slow'"
                                                + " AND query LIKE 'ALTER SYSTEM%'"))
                        .isEqualTo("1");
            } finally {
                admin.execute("unlock", "ROLLBACK");
            }
            Await.until("it is set", () -> cache.status().database() instanceof DatabaseState.Up);
            assertThat(postgres.show("effective_cache_size")).isEqualTo("768MB");
        } finally {
            postgres.run("DROP OWNED BY slow", "DROP ROLE slow");
        }
    }

    @Test
    void aSettingsFileThatCannotBeWrittenIsARefusal() throws Exception {
        Path data = postgres.server().dataDirectory();
        try (var cache = postgres.start(DEFAULT, reports)) {
            reports.change(DatabaseState.Up.class);
            Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("r-x------"));
            try {
                cache.want(CacheFixture.MEMORY);
                assertThat(reports.failed())
                        .isInstanceOf(DatabaseState.Refusing.class)
                        .extracting(DatabaseState::problem)
                        .asString()
                        .contains("postgresql.auto.conf");
            } finally {
                Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
            }
            assertThat(reports.applied()).isEqualTo("set effective_cache_size to 768MiB");
        }
    }

    @Test
    void aServerThatDoesNotAllowAlterSystemIsARefusal() throws Exception {
        allowAlterSystem("off");
        try (var cache = postgres.start(DEFAULT, reports)) {
            cache.want(CacheFixture.MEMORY);
            assertThat(reports.failed())
                    .isEqualTo(
                            new DatabaseState.Refusing(
                                    "allow_alter_system is off on database postgres at"
                                            + " 127.0.0.1:%d: set it to on, or manage no cache"
                                                    .formatted(postgres.server().port()),
                                    false));
            // The attempts do not appear in the server's log.
            assertThat(Files.readString(postgres.server().log()))
                    .doesNotContain("ALTER SYSTEM is not allowed");
        } finally {
            allowAlterSystem("on");
        }
    }

    @Test
    void setsSizeOnReadOnlyDatabase() throws Exception {
        postgres.run("ALTER DATABASE postgres SET default_transaction_read_only = on");
        try (var cache = postgres.start(DEFAULT, reports)) {
            cache.want(CacheFixture.MEMORY);
            assertThat(reports.applied()).isEqualTo("set effective_cache_size to 768MiB");
        } finally {
            postgres.run(
                    "SET default_transaction_read_only = off",
                    "ALTER DATABASE postgres RESET default_transaction_read_only");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "effective_cache_size, work_mem, false",
        "work_mem, effective_cache_size, true",
    })
    void aRefusedSettingDoesNotKeepTheOthers(String refused, String granted, boolean holdsMemory)
            throws Exception {
        postgres.run("CREATE ROLE half LOGIN");
        postgres.run(
                "GRANT ALTER SYSTEM ON PARAMETER " + granted + " TO half",
                "GRANT EXECUTE ON FUNCTION pg_reload_conf() TO half");
        var policy = CachePolicy.parse("settings", "effective_cache_size=75%,work_mem=1%");
        try (var cache =
                new FileCache(
                                postgres.target("half"),
                                policy,
                                CacheFixture.config(CacheFixture.GENEROUS),
                                reports)
                        .start()) {
            cache.want(CacheFixture.MEMORY);
            DatabaseState failed = reports.failed();
            assertThat(failed).isInstanceOf(DatabaseState.Refusing.class);
            assertThat(failed.problem()).startsWith("cannot set " + refused);
            assertThat(failed.holdsMemory()).isEqualTo(holdsMemory);
            assertThat(postgres.show(granted))
                    .isEqualTo(granted.equals("work_mem") ? "10485kB" : "768MB");
            assertThat(cache.status().settings())
                    .extracting(CacheStatus.CacheSettingStatus::name)
                    .isEqualTo(List.of("effective_cache_size", "work_mem"));
        } finally {
            postgres.run("DROP OWNED BY half", "DROP ROLE half");
        }
    }

    private static void allowAlterSystem(String value) throws Exception {
        Files.writeString(
                postgres.server().dataDirectory().resolve("postgresql.conf"),
                "allow_alter_system = " + value + "\n",
                StandardOpenOption.APPEND);
        postgres.run("SELECT pg_reload_conf()");
        Await.until(
                "the server has taken it over",
                () -> postgres.show("allow_alter_system").equals(value));
    }
}
