package dev.elastigres.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.elastigres.core.monitor.CpuRules;
import dev.elastigres.core.monitor.ForecastHorizon;
import dev.elastigres.core.monitor.MonitorRules;
import dev.elastigres.core.monitor.SamplingIntervalRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.settings.Invocation;
import dev.elastigres.daemon.settings.UsageException;
import dev.elastigres.monitor.cache.FileCacheConfig;
import dev.elastigres.monitor.runner.RunnerConfig;
import dev.elastigres.monitor.watch.MemoryWatchConfig;
import dev.elastigres.monitor.watch.SamplingConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The settings and the resulting configuration.
class MonitorSettingsTest {
    private static final Map<String, String> NOTHING = Map.of();

    @TempDir Path folder;

    @Test
    void theDefaultsAreTheNumbersOfDeployedMonitors() throws Exception {
        MonitorConfig config = TestMonitor.config(NOTHING, "--sampling=fixed", "--cpu-demand=off");
        assertThat(config.address()).hasToString("127.0.0.1:10301");
        assertThat(config.runner()).isEqualTo(RunnerConfig.DEFAULT);
        assertThat(config.watch())
                .isEqualTo(new MemoryWatchConfig(SamplingConfig.Fixed.DEFAULT, 0));
        assertThat(config.cache()).isEqualTo(FileCacheConfig.DEFAULT.withStatistics());
        assertThat(config.metrics().host()).hasToString("Optional[127.0.0.1:9100]");
        assertThat(config.metrics().cache()).hasToString("Optional[127.0.0.1:9499]");
        assertThat(config.limits().setup()).isEqualTo(Duration.ofSeconds(4));
        assertThat(config.managed()).isEmpty();
    }

    @Test
    void samplingIsAdaptiveByDefault() throws Exception {
        MonitorConfig config = TestMonitor.config(NOTHING);
        assertThat(config.runner().rules())
                .isEqualTo(MonitorRules.FORESIGHTED.with(CpuRules.DEFAULT));
        assertThat(config.watch().sampling())
                .isEqualTo(
                        new SamplingConfig.Adaptive(
                                SamplingIntervalRules.DEFAULT, Bytes.ofMebibytes(100)));
    }

    @Test
    void aHorizonThatIsGivenIsNotTaughtByGrants() throws Exception {
        var rules = TestMonitor.config(NOTHING, "--horizon=20s").runner().rules();
        assertThat(rules.horizon()).contains(ForecastHorizon.fixed(Duration.ofSeconds(20)));
    }

    @Test
    void deployedCommandLinesAreUnderstood() throws Exception {
        MonitorConfig config =
                TestMonitor.config(
                        NOTHING,
                        "-a",
                        "0.0.0.0:10301",
                        "-c",
                        "neon-postgres",
                        "-p",
                        "host=localhost port=5432 dbname=postgres user=cloud_admin sslmode=disable"
                                + " application_name=vm-monitor");
        assertThat(config.address()).hasToString("0.0.0.0:10301");
        assertThat(config.watched().cgroup()).contains(Path.of("/sys/fs/cgroup/neon-postgres"));
        assertThat(config.managed()).isPresent();
        // Agents of such deployments read metrics there.
        assertThat(config.metrics().host()).hasToString("Optional[0.0.0.0:9100]");
        assertThat(config.metrics().cache()).hasToString("Optional[0.0.0.0:9499]");
    }

    @Test
    void podsModeHasNoReserveAndMoreSessions() throws Exception {
        MonitorConfig config = TestMonitor.config(NOTHING, "--pods");
        assertThat(config.pods().orElseThrow().watchList())
                .isEqualTo(Path.of("/run/elastigres/pods.json"));
        assertThat(config.runner().rules().memory().reserve()).isEqualTo(Bytes.ZERO);
        assertThat(config.runner().rules().memory().overhead()).isEqualTo(0.15);
        assertThat(config.limits().sessions()).isEqualTo(2048);
        assertThat(config.limits().pendingConnections()).isEqualTo(1024);
        assertThat(TestMonitor.config(NOTHING, "--pods", "--max-sessions=70").limits().sessions())
                .isEqualTo(70);
        assertThat(TestMonitor.config(NOTHING).pods()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--cgroup=pg",
                "--pgconnstr=host=h",
                "--pgdata=/pg",
                "--pgpid=7",
                "--kernel-reserve=200MiB",
                "--cache=none",
                "--cpu.addr=127.0.0.1:1",
                "--metrics.host-addr=127.0.0.1:1",
                "--metrics.cache-addr=127.0.0.1:1"
            })
    void podsHaveNothingOfOnePostgres(String flag) {
        String name = flag.substring(2, flag.indexOf('='));
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> TestMonitor.config(NOTHING, "--pods", flag))
                .satisfies(
                        it ->
                                assertThat(it.problems())
                                        .singleElement()
                                        .asString()
                                        .endsWith("leave out " + name)
                                        .doesNotContain("host=h"));
    }

    @Test
    void aWatchListIsForPods() throws Exception {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> TestMonitor.config(NOTHING, "--pods-watch-list=/x"))
                .satisfies(it -> assertThat(it.problems()).hasSize(1));
        var variables = Map.of("ELASTIGRES_PODS", "true", "ELASTIGRES_PODS_WATCH_LIST", "/x");
        assertThat(
                        TestMonitor.config(variables, "--cpu.addr=off", "--metrics.host-addr=off")
                                .pods())
                .hasValueSatisfying(it -> assertThat(it.watchList()).isEqualTo(Path.of("/x")));
    }

    @Test
    void metricsCanHaveOwnAddressOrBeOff() throws Exception {
        MonitorConfig config =
                TestMonitor.config(
                        NOTHING, "--metrics.host-addr", "[::1]:1", "--metrics.cache-addr", "off");
        assertThat(config.metrics().host()).hasToString("Optional[[::1]:1]");
        assertThat(config.metrics().cache()).isEmpty();
        assertThat(config.cache().statistics()).isFalse();
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> TestMonitor.config(NOTHING, "--metrics.host-addr", "on"))
                .satisfies(
                        it ->
                                assertThat(it.problems())
                                        .singleElement()
                                        .asString()
                                        .contains("give HOST:PORT", ", or off"));
    }

    @Test
    void aCgroupIsANameOrAPath() throws Exception {
        assertThat(cgroup("--cgroup", "a/b", "--path.cgroup", "/elsewhere"))
                .contains(Path.of("/elsewhere/a/b"));
        assertThat(cgroup("--cgroup", "/a/b", "--path.cgroup", "/elsewhere"))
                .contains(Path.of("/a/b"));
    }

    @Test
    void flagsBeatVariablesBeatTheFileBeatDefaults() throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve("monitor.toml"),
                        """
                        memory-sample-window = 7
                        memory-min-samples = 4
                        upscale-interval = "2s"
                        path.cgroup = "/from/file"
                        """);
        var environment = new HashMap<String, String>();
        environment.put("ELASTIGRES_CONFIG", file.toString());
        environment.put("ELASTIGRES_MEMORY_SAMPLE_WINDOW", "8");
        environment.put("ELASTIGRES_MEMORY_MIN_SAMPLES", "5");
        MonitorConfig config =
                TestMonitor.config(environment, "--memory-sample-window=9", "--sampling=fixed");
        assertThat(config.watch().sampling())
                .isEqualTo(new SamplingConfig.Fixed(Duration.ofMillis(100), 9));
        assertThat(config.runner().rules().memory().minSamples()).isEqualTo(5);
        assertThat(config.runner().rules().backoff().interval()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.watched().cgroupRoot()).isEqualTo(Path.of("/from/file"));
        assertThat(config.runner().rules().backoff().max()).isEqualTo(Duration.ofSeconds(8));

        assertThat(printed(environment, "--memory-sample-window=9"))
                .containsPattern("memory-sample-window = 9 +# .*flag.*|# --memory-sample-window")
                .containsPattern("memory-min-samples = 5 +# .*ELASTIGRES_MEMORY_MIN_SAMPLES")
                .containsPattern("upscale-interval = \"2s\" +# .*monitor.toml")
                .containsPattern("upscale-backoff-max = \"8s\" +# default");
    }

    @Test
    void printedConfigIsAnEquivalentFile() throws Exception {
        String[] flags = {
            "--addr=[::1]:7000",
            "--cgroup=pg \"main\"",
            "--pgdata=/var/lib/pg data",
            "--sampling-interval-min=2ms",
            "--horizon=700ms",
            "--min-available-fraction=0",
            "--memory-sample-interval=1ms",
            "--kernel-reserve=1000001B",
            "--cgroup-overhead=0.123456789",
            "--upscale-interval=1500ms",
            "--handshake-timeout=1m",
            "--cache=settings",
            "--cache-max-size=1GiB",
            "--cache-settings=effective_cache_size=50%,work_mem=1%:4MB..64MB",
            "--cache-multiplier=0.5",
            "--log-format=json",
            "--log-level=debug",
            "--sample-log-fraction=0"
        };
        Path file = folder.resolve("printed.toml");
        Files.writeString(file, printed(NOTHING, flags));
        assertThat(TestMonitor.config(NOTHING, "--config", file.toString()))
                .isEqualTo(TestMonitor.config(NOTHING, flags));
    }

    @Test
    void allProblemsOfAllSourcesAreReportedAtOnce() throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve("wrong.toml"),
                        "handshake-timeot = \"4s\"\nmax-pending-connections = 0\n");
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(
                        () ->
                                TestMonitor.config(
                                        Map.of("ELASTIGRES_LOG_LEVEL", "loud"),
                                        "--config",
                                        file.toString(),
                                        "--cgroup-overhed=0.1",
                                        "--memory-sample-window=none",
                                        "--cache-multiplier=0.95",
                                        "--upscale-interval=10s",
                                        "--pgdata=/a",
                                        "--pgpid=7"))
                .satisfies(
                        e ->
                                assertThat(e.problems())
                                        .hasSize(8)
                                        .noneMatch(problem -> problem.contains("\n")))
                .withMessageContainingAll(
                        "handshake-timeout",
                        "max-pending-connections",
                        "ELASTIGRES_LOG_LEVEL",
                        "--cgroup-overhead",
                        "--memory-sample-window",
                        "multiplier",
                        "longest wait",
                        "name Postgres by one of them");
    }

    @Test
    void aCgroupThatCannotBeAPathIsAProblem() {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> TestMonitor.config(NOTHING, "--cgroup", "a\0b"))
                .withMessageContaining("--cgroup: ")
                .withMessageContaining("give a name or a path");
    }

    private static Optional<Path> cgroup(String... flags) throws UsageException {
        return TestMonitor.config(NOTHING, flags).watched().cgroup();
    }

    private static String printed(Map<String, String> environment, String... flags)
            throws UsageException {
        var asked = new ArrayList<>(Arrays.asList(flags));
        asked.add("--print-config");
        if (MonitorSettings.table(environment).read(asked, environment)
                instanceof Invocation.PrintConfig(String toml)) return toml;
        throw new AssertionError("nothing to print");
    }
}
