package dev.elastigres.monitor.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.monitor.CacheOutcome;
import dev.elastigres.core.monitor.DatabaseState;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.Await;
import dev.elastigres.monitor.postgres.ConnectionString;
import dev.elastigres.monitor.postgres.PostgresConnection;
import dev.elastigres.monitor.postgres.PostgresException;
import dev.elastigres.testbed.PostgresPrograms;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.PostgresServerOptions;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Requested sizes while Postgres is down, hung, full, and back.
class FileCacheTest {
    private static final CachePolicy SETTINGS = CachePolicy.parse("settings", "");

    private static CacheFixture postgres;

    private final RecordedReports reports = new RecordedReports();

    @BeforeAll
    static void start() throws Exception {
        var options =
                PostgresServerOptions.of(PostgresPrograms.embedded())
                        .withSetting("max_connections", "12");
        postgres = new CacheFixture(PostgresServer.start(options));
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
    void setsItAgainWhenPostgresIsBack() throws Exception {
        try (var cache = postgres.start(SETTINGS, reports)) {
            cache.want(CacheFixture.MEMORY);
            reports.applied();

            postgres.server().kill();
            assertThat(reports.change(DatabaseState.Down.class).problem()).isNotBlank();

            // Answered at once while Postgres is down, and applied later.
            cache.want(Bytes.ofMebibytes(512));
            var failed = (CacheOutcome.Failed) reports.outcome();
            assertThat(failed.usable()).isEqualTo(Bytes.ofMebibytes(512));
            assertThat(failed.database()).isInstanceOf(DatabaseState.Down.class);

            Files.writeString(
                    postgres.server().dataDirectory().resolve("postgresql.auto.conf"), "");
            postgres.server().start();
            Await.until(
                    "it is up again", () -> cache.status().database() instanceof DatabaseState.Up);
            assertThat(postgres.show("effective_cache_size")).isEqualTo("384MB");
        }
    }

    /// Any failure in its thread: a bug, or a driver that runs out of memory.
    @Test
    void resumesAfterUnexpectedError() throws Exception {
        for (Throwable bug :
                List.of(new IllegalStateException("a bug"), new OutOfMemoryError("no heap"))) {
            var failed = new AtomicBoolean();
            try (var cache =
                    postgres.start(
                            SETTINGS,
                            CacheFixture.config(CacheFixture.GENEROUS),
                            report -> {
                                if (report instanceof CacheReport.StateChanged
                                        && failed.compareAndSet(false, true)) raise(bug);
                                reports.accept(report);
                            })) {
                cache.want(CacheFixture.MEMORY);
                Await.until("it has failed", failed::get);
                assertThat(reports.change(DatabaseState.Refusing.class).problem())
                        .contains("cannot be managed", String.valueOf(bug.getMessage()));
                Await.until(
                        "it is up again",
                        () -> cache.status().database() instanceof DatabaseState.Up);
                cache.want(Bytes.ofMebibytes(512));
                Await.until(
                        "it is set", () -> postgres.show("effective_cache_size").equals("384MB"));
            }
        }
    }

    private static void raise(Throwable bug) {
        if (bug instanceof Error error) throw error;
        throw (RuntimeException) bug;
    }

    @Test
    void reportsThatItWasSetAgain() throws Exception {
        try (var cache = postgres.start(SETTINGS, reports)) {
            cache.want(CacheFixture.MEMORY);
            CacheOutcome first = reports.outcome();
            assertThat(first).isInstanceOf(CacheOutcome.Applied.class);

            postgres.server().restart();
            assertThat(reports.outcome()).isEqualTo(first);
        }
    }

    @Test
    void reconnectsAfterServerRestartWithoutFailure() throws Exception {
        var patient =
                new FileCacheConfig(
                        FileCacheConfig.DEFAULT.rules(),
                        Bytes.MAX,
                        CacheFixture.GENEROUS,
                        ReconnectBackoff.DEFAULT,
                        Duration.ofMinutes(10),
                        Duration.ofMinutes(10),
                        Duration.ZERO,
                        false);
        try (var cache = postgres.start(SETTINGS, patient, reports)) {
            cache.want(CacheFixture.MEMORY);
            reports.applied();
            postgres.server().restart();
            cache.want(Bytes.ofMebibytes(512));
            assertThat(reports.applied()).isEqualTo("set effective_cache_size to 384MiB");
        }
    }

    @Test
    void reportsHungServerAndSetsSizeWhenItResumes() throws Exception {
        var config = CacheFixture.config(CacheFixture.TIGHT);
        try (var cache = postgres.start(SETTINGS, config, reports)) {
            cache.want(CacheFixture.MEMORY);
            reports.applied();

            postgres.server().freeze();
            try {
                cache.want(Bytes.ofMebibytes(512));
                DatabaseState hung = reports.failed();
                assertThat(hung).isInstanceOf(DatabaseState.Hung.class);
                assertThat(hung.problem()).contains("within 0.7 s").contains("timed out");

                // Known to hang, so answered without a new attempt.
                cache.want(Bytes.ofMebibytes(400));
                var failed = reports.outcome();
                assertThat(failed).isInstanceOf(CacheOutcome.Failed.class);
                assertThat(failed.usable()).isEqualTo(Bytes.ofMebibytes(400));
                assertThat(cache.status().database()).isInstanceOf(DatabaseState.Hung.class);
            } finally {
                postgres.server().thaw();
            }
            Await.until(
                    "it is up again", () -> cache.status().database() instanceof DatabaseState.Up);
            assertThat(postgres.show("effective_cache_size")).isEqualTo("300MB");
        }
    }

    @Test
    void detectsIdleHungServerOverUnixSocket() throws Exception {
        var target =
                ConnectionString.parse(
                        "host=%s port=%d user=postgres"
                                .formatted(
                                        postgres.server().socketFolder(), postgres.server().port()),
                        Map.of());
        var config = CacheFixture.config(CacheFixture.TIGHT);
        try (var cache = new FileCache(target, SETTINGS, config, reports).start()) {
            reports.change(DatabaseState.Up.class);
            postgres.server().freeze();
            try {
                reports.change(DatabaseState.Hung.class);
            } finally {
                postgres.server().thaw();
            }
            reports.change(DatabaseState.Up.class);
            cache.want(CacheFixture.MEMORY);
            assertThat(reports.applied()).isEqualTo("set effective_cache_size to 768MiB");
        }
    }

    @Test
    void aFullServerIsARefusalUntilThereIsRoom() throws Exception {
        var all = new ArrayList<PostgresConnection>();
        try {
            Await.until("the server is full", () -> !opened(all));
            try (var cache = postgres.start(SETTINGS, reports)) {
                cache.want(CacheFixture.MEMORY);
                DatabaseState full = reports.failed();
                assertThat(full).isInstanceOf(DatabaseState.Refusing.class);
                assertThat(full.problem()).contains("too many clients");

                all.forEach(PostgresConnection::close);
                assertThat(reports.applied()).isEqualTo("set effective_cache_size to 768MiB");
            }
        } finally {
            all.forEach(PostgresConnection::close);
        }
    }

    @Test
    void setsSizeWhenUnavailableServerStarts() throws Exception {
        postgres.server().stop();
        try (var cache = postgres.start(SETTINGS, reports)) {
            cache.want(CacheFixture.MEMORY);
            assertThat(reports.failed()).isInstanceOf(DatabaseState.Down.class);
            postgres.server().start();
            Await.until("it is up", () -> cache.status().database() instanceof DatabaseState.Up);
            assertThat(postgres.show("effective_cache_size")).isEqualTo("768MB");
        } finally {
            if (!postgres.server().isRunning()) postgres.server().start();
        }
    }

    @Test
    void answersOnlyTheLatestOfSeveralRequests() throws Exception {
        var gate = new CountDownLatch(1);
        var reached = new CountDownLatch(1);
        var first = new AtomicBoolean(true);
        try (var cache =
                new FileCache(
                                postgres.target("postgres"),
                                SETTINGS,
                                CacheFixture.config(CacheFixture.GENEROUS),
                                report -> {
                                    if (report instanceof CacheReport.SizingOutcome
                                            && first.getAndSet(false)) {
                                        reached.countDown();
                                        awaitQuietly(gate);
                                    }
                                    reports.accept(report);
                                })
                        .start()) {
            cache.want(CacheFixture.MEMORY);
            assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
            for (int mebibytes = 100; mebibytes <= 900; mebibytes += 100)
                cache.want(Bytes.ofMebibytes(mebibytes));
            gate.countDown();

            assertThat(reports.applied()).isEqualTo("set effective_cache_size to 768MiB");
            assertThat(reports.applied()).isEqualTo("set effective_cache_size to 675MiB");
        }
        assertThat(reports.isEmpty()).isTrue();
    }

    @Test
    void closesAtOnceEvenWhilePostgresHangs() throws Exception {
        var cache = postgres.start(SETTINGS, reports);
        reports.change(DatabaseState.Up.class);
        postgres.server().freeze();
        try {
            cache.want(CacheFixture.MEMORY);
            long start = System.nanoTime();
            cache.close();
            // The timeout of the statement is 30 s.
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(15));
        } finally {
            postgres.server().thaw();
        }
        Await.until("its connection is gone", () -> connections().equals("1"));
        assertThat(cache.status().database()).isInstanceOf(DatabaseState.Up.class);
    }

    @Test
    void closingEndsItsConnection() throws Exception {
        try (var _ = postgres.start(SETTINGS, reports)) {
            reports.change(DatabaseState.Up.class);
            Await.until("it is connected once", () -> connections().equals("2"));
        }
        Await.until("its connection is gone", () -> connections().equals("1"));
    }

    /// Includes the connection of this query.
    private static String connections() throws PostgresException {
        return postgres.ask(
                "SELECT count(*) FROM pg_stat_activity"
                        + " WHERE application_name = 'elastigres-monitor'");
    }

    private static boolean opened(List<PostgresConnection> all) throws PostgresException {
        try {
            all.add(PostgresConnection.open(postgres.target("postgres"), CacheFixture.GENEROUS));
            return true;
        } catch (PostgresException.Refusing _) {
            return false;
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
