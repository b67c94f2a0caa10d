package dev.elastigres.inspect.init;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.inspect.server.RunningPostgres;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@ResourceLock(org.junit.jupiter.api.parallel.Resources.SYSTEM_OUT)
@ResourceLock(org.junit.jupiter.api.parallel.Resources.SYSTEM_ERR)
class SettingsDraftTest {
    private static final Resources HOST = new Resources(8, Bytes.ofGibibytes(16));
    private static final String UNIT =
            "system.slice/system-postgresql.slice/postgresql@16-main.service";
    private static final String CONTAINER =
            "system.slice/docker-" + "0123456789abcdef".repeat(4) + ".scope";

    @TempDir Path folder;

    private static RunningPostgres server(long pid, String cgroup) {
        return new RunningPostgres(
                pid,
                Optional.of(Path.of("/data/" + pid)),
                Optional.of(cgroup),
                OptionalInt.empty());
    }

    private static SettingsDraft draft(
            List<RunningPostgres> servers, List<String> vms, boolean ownUnits) {
        return new SettingsDraft(
                new HostSurvey(servers, List.of(server(9, "user.slice")), vms), HOST, ownUnits);
    }

    private static String draft(List<RunningPostgres> servers, List<String> vms) {
        return draft(servers, vms, false).toml();
    }

    /// The agent reads the file without a problem, and would change nothing.
    @Test
    void theAgentAcceptsTheSettings() throws Exception {
        for (String toml :
                List.of(
                        draft(List.of(server(1, UNIT), server(2, CONTAINER)), List.of("db1")),
                        draft(
                                List.of(server(1, UNIT), server(2, UNIT + "/odd\\x2d\"name")),
                                List.of()),
                        draft(List.of(), List.of("db1", "db2")),
                        draft(List.of(), List.of()))) {
            Path file = Files.writeString(folder.resolve("agent.toml"), toml);
            String printed =
                    output(
                            () ->
                                    assertThat(
                                                    dev.elastigres.agent.Main.run(
                                                            List.of(
                                                                    "--config",
                                                                    file.toString(),
                                                                    "--print-config"),
                                                            Map.of("HOME", folder.toString())))
                                            .isZero());
            assertThat(printed).containsPattern("dry-run *= *true");
        }
    }

    @Test
    void eachServerHasItsOwnMonitor() {
        assertThat(draft(List.of(server(1, UNIT), server(2, CONTAINER)), List.of("db1")).lines())
                .contains(
                        "driver = \"cgroup\"",
                        "[vm.\"16-main\"]",
                        "cgroup = \"" + UNIT + "\"",
                        "monitor = \"127.0.0.1:10301\"",
                        "[vm.\"docker-0123456789ab\"]",
                        "monitor = \"127.0.0.1:10302\"",
                        "host-metrics = \"127.0.0.1:9101\"")
                .anyMatch(it -> it.contains("The VMs db1 need another agent"))
                .anyMatch(it -> it.contains("process ID 9 cannot be scaled"));
    }

    @Test
    void monitorsInUnitsHaveSettingsOfTheirOwn() {
        var draft = draft(List.of(server(1, UNIT), server(2, CONTAINER)), List.of(), true);
        assertThat(draft.toml())
                .contains("# Its monitor: systemctl enable --now elastigres-monitor@16-main\n")
                .doesNotContain("elastigres monitor --cgroup");
        assertThat(draft.monitors()).containsOnlyKeys("16-main", "docker-0123456789ab");
        assertThat(draft.monitors().get("16-main"))
                .contains(
                        "addr = \"127.0.0.1:10301\"",
                        "cgroup = \"" + UNIT + "\"",
                        "size-source = \"cgroup\"",
                        "#pgconnstr = \"host=/var/run/postgresql port=5432 ");
        assertThat(draft.monitors().get("docker-0123456789ab"))
                .contains(
                        "metrics.host-addr = \"127.0.0.1:9101\"",
                        "#pgconnstr = \"host=127.0.0.1 port=5432 ");
    }

    @ParameterizedTest
    @CsvSource({
        "system.slice/system-postgresql.slice/postgresql@16-main.service, 16-main",
        "system.slice/postgresql-16.service, postgresql-16",
        "system.slice/postgresql.service, postgresql",
        "machine.slice/libpod-0123456789abcdef.scope, podman-0123456789ab",
        "postgres.slice/libpod-0123456789abcdef.scope/container, podman-0123456789ab",
        "postgres.slice/docker-0123456789abcdef.scope, docker-0123456789ab",
        "docker/0123456789abcdef, docker-0123456789ab",
        "lxc/my db, my-db"
    })
    void namesServersAsPeopleKnowThem(String cgroup, String name) {
        assertThat(SettingsDraft.name(cgroup)).isEqualTo(name);
    }

    @Test
    void replacesNoFileUnlessForced() throws Exception {
        Path file = folder.resolve("x.toml");
        assertThat(output(() -> assertThat(execute("--out", file.toString())).isZero()))
                .contains("elastigres agent --config " + file);
        String written = Files.readString(file);
        assertThat(written).contains("dry-run = true");
        assertThat(output(() -> assertThat(execute("--out", file.toString())).isEqualTo(1)))
                .isEqualTo("init: " + file + " exists; --force replaces it\n");
        assertThat(output(() -> assertThat(execute("--force", "--out", file.toString())).isZero()))
                .isNotEmpty();
        assertThat(output(() -> assertThat(execute("--out", "-")).isZero())).isEqualTo(written);
        assertThat(output(() -> assertThat(execute("--out", folder + "/no/x")).isEqualTo(1)))
                .contains("there is no folder for");
    }

    private static int execute(String... arguments) {
        return new CommandLine(new InitCommand()).execute(arguments);
    }

    private static String output(Runnable action) {
        var bytes = new ByteArrayOutputStream();
        var stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        PrintStream out = System.out;
        PrintStream err = System.err;
        System.setOut(stream);
        System.setErr(stream);
        try {
            action.run();
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
