package dev.elastigres.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.daemon.settings.Invocation;
import dev.elastigres.daemon.settings.UsageException;
import dev.elastigres.monitor.watch.FakeKernelTree;
import dev.elastigres.testbed.PostgresPrograms;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.PostgresServerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A password is sent to Postgres and appears nowhere else.
class SecretsTest {
    private static final String SECRET = "hunter2-geheim";

    @TempDir Path folder;
    private FakeKernelTree tree;

    @BeforeEach
    void calm() throws Exception {
        tree = new FakeKernelTree(folder).total(1024).usage(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host=127.0.0.1 port=1 user=me password=" + SECRET,
                "host=nowhere.invalid user=me password='" + SECRET + "'",
                "host=/nowhere user=me password=" + SECRET,
                "postgresql://me:" + SECRET + "@127.0.0.1:1/db",
                "postgresql://127.0.0.1:1/db?user=me&password=" + SECRET
            })
    void aWrongHostDoesNotShowIt(String connectionString) throws Exception {
        try (var monitor = TestMonitor.start(tree, "--pgconnstr", connectionString)) {
            monitor.awaitUnready("Postgres is ");
            expectNoSecret(monitor);
        }
    }

    @Test
    void aRefusedLoginDoesNotShowIt() throws Exception {
        var options = PostgresServerOptions.of(PostgresPrograms.embedded()).withPassword("another");
        try (var server = PostgresServer.start(options)) {
            String target = "host=127.0.0.1 dbname=postgres user=postgres port=" + server.port();
            try (var monitor =
                    TestMonitor.start(tree, "--pgconnstr", target + " password=" + SECRET)) {
                monitor.awaitUnready("Postgres refuses: ");
                assertThat(monitor.get("/readyz").body())
                        .contains("password authentication failed");
                expectNoSecret(monitor);
            }
            try (var monitor =
                    TestMonitor.start(tree, Map.of("PGPASSWORD", SECRET), "--pgconnstr", target)) {
                monitor.awaitUnready("Postgres refuses: ");
                expectNoSecret(monitor);
            }
            try (var monitor =
                    TestMonitor.start(
                            tree, Map.of("PGPASSWORD", "another"), "--pgconnstr", target)) {
                monitor.awaitReady();
                assertThat(monitor.log()).doesNotContain("another");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host=a password=" + SECRET,
                "host=a password='" + SECRET + "'",
                "postgresql://me:" + SECRET + "@a/db",
                "postgres://a/db?password=" + SECRET
            })
    void thePrintedConfigDoesNotShowIt(String connectionString) throws Exception {
        for (Map<String, String> environment :
                List.of(
                        Map.of("ELASTIGRES_PGCONNSTR", connectionString),
                        Map.of(
                                "ELASTIGRES_PGCONNSTR", connectionString,
                                "PGPASSWORD", SECRET))) {
            Invocation invocation =
                    MonitorSettings.table(environment).read(List.of("--print-config"), environment);
            assertThat(invocation)
                    .isInstanceOfSatisfying(
                            Invocation.PrintConfig.class,
                            printed ->
                                    assertThat(printed.toml())
                                            .contains("pgconnstr")
                                            .doesNotContain(SECRET));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host=a password='" + SECRET,
                "host=a password=" + SECRET + " colour=red",
                "host=a passwrd=" + SECRET,
                "password = " + SECRET + " and more",
                SECRET,
                "host=a port=" + SECRET,
                "postgresql://me:" + SECRET + "@a:port/db",
                "postgresql://me:" + SECRET + "@[::1/db",
                "postgresql://me:" + SECRET + "%zz@a/db",
                "postgresql://a/db?passwrd=" + SECRET,
                "postgresql://a/db?sslmode=" + SECRET,
                "postgresql://me:x@" + SECRET + "@a/db",
                "postgresql://me:1/" + SECRET + "@a/db",
                "host=a dbname=postgresql://me:" + SECRET + "@a/db",
                "mysql://me:" + SECRET + "@a/db"
            })
    void aConnectionStringThatCannotBeReadDoesNotShowIt(String connectionString) {
        try {
            TestMonitor.config(Map.of(), "--pgconnstr", connectionString);
            throw new AssertionError("understood: " + connectionString);
        } catch (UsageException e) {
            assertThat(e.problems()).singleElement().asString().contains("pgconnstr");
            assertThat(e.toString() + e.problems()).doesNotContain(SECRET);
        }
    }

    /// For settings of each type: text, path, size, switch, address, formula.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "addr",
                "cgroup",
                "config",
                "pgdata",
                "pgpid",
                "cache",
                "cache-settings",
                "cache-max-size",
                "token-file",
                "log-format",
                "metrics.host-addr",
                "nonsense"
            })
    void underAnotherNameItIsNotShown(String name) throws Exception {
        for (String text :
                List.of(
                        "host=a password=" + SECRET,
                        "password='" + SECRET + "' b=c",
                        "postgresql://me:" + SECRET + "@a/db",
                        "postgresql:///db?password=" + SECRET)) {
            Path file = folder.resolve("settings.toml");
            Files.writeString(file, "\"%s\" = \"%s\"\n\"%2$s\" = 1\n".formatted(name, text));
            expectRefusal(Map.of(), "--" + name, text);
            expectRefusal(Map.of(), "--" + name + "=" + text);
            expectRefusal(Map.of(), "--" + text, "1");
            expectRefusal(Map.of(), "--config", file.toString());
            String variable = "ELASTIGRES_" + name.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
            expectRefusal(Map.of(variable, text));
        }
    }

    private static void expectRefusal(Map<String, String> environment, String... flags) {
        assertThatThrownBy(() -> TestMonitor.config(environment, flags))
                .isInstanceOfSatisfying(
                        UsageException.class,
                        e ->
                                assertThat(e + " " + e.problems())
                                        .as(List.of(flags) + " " + environment)
                                        .doesNotContain(SECRET));
    }

    @Test
    void aMistypedFlagBesideItDoesNotShowIt() throws Exception {
        String target = "host=a password=" + SECRET;
        try (var process =
                TestMonitorProcess.start(
                        Map.of("ELASTIGRES_PGCONSTR", target),
                        "--pgconstr",
                        target,
                        "--pgconnst=" + target,
                        "-p" + target)) {
            assertThat(process.exitCode()).isEqualTo(2);
            assertThat(process.errors()).contains("pgconnstr").doesNotContain(SECRET);
        }
    }

    private static void expectNoSecret(TestMonitor monitor) throws Exception {
        try (var agent = monitor.agent()) {
            WireMessage answer = agent.askDownscale(2, 900).next();
            assertThat(answer.text()).doesNotContain(SECRET);
        }
        for (String path : List.of("/status", "/readyz", "/healthz"))
            assertThat(monitor.get(path).body()).as(path).doesNotContain(SECRET);
        assertThat(monitor.log()).contains("Postgres' cache cannot be set");
        assertThat(monitor.log()).doesNotContain(SECRET);
    }
}
