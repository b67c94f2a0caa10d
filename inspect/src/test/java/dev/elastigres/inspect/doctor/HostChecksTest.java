package dev.elastigres.inspect.doctor;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.host.terminal.TerminalText;
import dev.elastigres.inspect.doctor.DoctorCheck.CheckResult;
import dev.elastigres.inspect.doctor.DoctorCheck.CheckTopic;
import dev.elastigres.inspect.server.RunningPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostChecksTest {
    private static final String UNIT =
            "system.slice/system-postgresql.slice/postgresql@16-main.service";

    @TempDir Path folder;

    private Path write(String file, String content) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, content);
    }

    private Path cgroups() throws IOException {
        write("cgroup/cgroup.controllers", "cpuset cpu io memory pids\n");
        write("cgroup/cgroup.subtree_control", "cpu memory\n");
        write("cgroup/cgroup.procs", "");
        write("cgroup/system.slice/memory.reclaim", "");
        write("proc/pressure/memory", "some avg10=0.00");
        return folder.resolve("cgroup");
    }

    private CgroupChecks checks() {
        return new CgroupChecks(folder.resolve("cgroup"), folder.resolve("proc"));
    }

    @Test
    void acceptsHostThatMeetsAllRequirements() throws Exception {
        cgroups();
        assertThat(checks().run())
                .hasSize(5)
                .allMatch(it -> it.result() == CheckResult.OK && it.remedy().isEmpty());
    }

    @Test
    void eachMissingPropertyHasARemedy() throws Exception {
        Path root = cgroups();
        write("cgroup/cgroup.subtree_control", "memory\n");
        Files.delete(root.resolve("system.slice/memory.reclaim"));
        Files.delete(folder.resolve("proc/pressure/memory"));
        assertThat(checks().run())
                .filteredOn(it -> it.result() == CheckResult.WARNING)
                .extracting(DoctorCheck::name)
                .containsExactly("controllers", "pressure (PSI)", "memory.reclaim");
        assertThat(find("controllers", checks().run()).remedy()).startsWith("echo '+cpu' > ");
        write("cgroup/cgroup.controllers", "cpuset cpu io\n");
        DoctorCheck controllers = find("controllers", checks().run());
        assertThat(controllers.result()).isEqualTo(CheckResult.FAILED);
        assertThat(controllers.finding()).isEqualTo("not available: memory");
    }

    @Test
    void aHierarchyOfVersion1IsTheOnlyFinding() throws Exception {
        Files.createDirectories(folder.resolve("cgroup/memory"));
        List<DoctorCheck> checks = checks().run();
        assertThat(checks).hasSize(1);
        assertThat(checks.getFirst().result()).isEqualTo(CheckResult.FAILED);
        assertThat(checks.getFirst().remedy()).contains("systemd.unified_cgroup_hierarchy=1");
    }

    @Test
    void findsServersByTheirPostmaster() throws Exception {
        process(7, "systemd", 1, "init.scope");
        process(100, "postgres", 7, UNIT);
        process(101, "postgres", 100, UNIT);
        process(200, "postmaster", 7, "user.slice/user-0.slice/session-3.scope");
        process(300, "psql", 7, UNIT);
        write("proc/version", "Linux");
        List<RunningPostgres> servers = RunningPostgres.findAll(folder.resolve("proc"));
        assertThat(servers).extracting(RunningPostgres::pid).containsExactly(100L, 200L);
        assertThat(servers.getFirst().cgroup()).contains(UNIT);
        assertThat(servers.getFirst().hasOwnCgroup()).isTrue();
        assertThat(servers.getLast().hasOwnCgroup()).isFalse();

        Path root = cgroups();
        var checks = new PostgresChecks(root, folder.resolve("proc"));
        write("cgroup/" + UNIT + "/memory.max", "max");
        DoctorCheck cannot = checks.run().getFirst();
        assertThat(cannot.result()).isEqualTo(CheckResult.WARNING);
        assertThat(cannot.remedy())
                .contains("`systemctl set-property postgresql@16-main.service CPUWeight=100`");
        write("cgroup/" + UNIT + "/cpu.max", "max 100000");
        DoctorCheck can = checks.run().getFirst();
        assertThat(can.result()).isEqualTo(CheckResult.OK);
        assertThat(can.remedy()).endsWith("agent --driver cgroup --cgroup '" + UNIT + "'");
        assertThat(checks.run().getLast().finding()).contains("shares with other processes");
    }

    @Test
    void readsTheServersPort() throws Exception {
        process(100, "postgres", 7, UNIT);
        write("proc/7/comm", "containerd-shim\n");
        write("proc/100/cwd/postmaster.pid", "1\n/data\n1764400000\n5441\n/data\n\n");
        process(200, "postgres", 7, UNIT);
        write("proc/200/cwd/postmaster.pid", "1\n/data\n");
        assertThat(RunningPostgres.findAll(folder.resolve("proc")))
                .extracting(RunningPostgres::port)
                .containsExactly(OptionalInt.of(5441), OptionalInt.empty());
    }

    private void process(long pid, String program, long parent, String cgroup) throws IOException {
        write("proc/%d/comm".formatted(pid), program + "\n");
        write("proc/%d/status".formatted(pid), "Name:\t%s\nPPid:\t%d\n".formatted(program, parent));
        write("proc/%d/cgroup".formatted(pid), "0::/" + cgroup + "\n");
    }

    @Test
    void namesAPortThatIsInUse() throws Exception {
        PortChecks ports;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ports =
                    new PortChecks(
                            List.of(
                                    new PortChecks.UsedPort(
                                            socket.getLocalPort(),
                                            "monitor",
                                            "--addr",
                                            "elastigres_monitor_")));
            answer(socket, "# HELP other_up Whether\nother_up 1\n");
            assertThat(ports.run())
                    .singleElement()
                    .matches(it -> it.result() == CheckResult.WARNING)
                    .matches(it -> it.finding().startsWith("not free for the monitor"))
                    .matches(it -> it.remedy().contains("--addr sets another port"));
            answer(socket, "# HELP elastigres_monitor_ready Ready\nelastigres_monitor_ready 1\n");
            assertThat(ports.run())
                    .singleElement()
                    .matches(it -> it.result() == CheckResult.OK)
                    .matches(it -> it.finding().equals("serves the monitor already"));
        }
        assertThat(ports.run()).singleElement().matches(it -> it.result() == CheckResult.OK);
    }

    /// Answers one request with a page.
    private static void answer(ServerSocket socket, String page) {
        Thread.startVirtualThread(
                () -> {
                    try (var client = socket.accept()) {
                        var request =
                                new BufferedReader(
                                        new InputStreamReader(client.getInputStream(), US_ASCII));
                        assertThat(request.lines().takeWhile(it -> !it.isEmpty())).isNotEmpty();
                        client.getOutputStream()
                                .write(
                                        "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
                                                .formatted(page.length(), page)
                                                .getBytes(US_ASCII));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    @Test
    void comparesVersionsOfQemu() {
        assertThat(VmChecks.version("QEMU emulator version 7.2.22 (Debian 1:7.2)").result())
                .isEqualTo(CheckResult.OK);
        assertThat(VmChecks.version("QEMU emulator version 10.0.2").result())
                .isEqualTo(CheckResult.OK);
        assertThat(VmChecks.version("QEMU emulator version 6.9").finding())
                .isEqualTo("version 6.9 is older than the tested ones");
        assertThat(VmChecks.version("what?").result()).isEqualTo(CheckResult.WARNING);
    }

    @Test
    void reportsEachRemedyBelowItsFinding() {
        var report =
                new DoctorReport(
                        List.of(
                                DoctorCheck.ok(CheckTopic.HOST, "system", "Linux"),
                                DoctorCheck.failed(
                                        CheckTopic.VM, "programs", "not installed: x", "get x"),
                                DoctorCheck.warning(CheckTopic.CGROUP, "access", "no", "be root")));
        assertThat(report.lines(new TerminalText(80, false, false)))
                .containsSubsequence(
                        "Host",
                        "  ok    system            Linux",
                        "",
                        "  FAIL  programs          not installed: x",
                        "                          -> get x",
                        "  warn  access            no");
        assertThat(report.isUsable(Set.of(CheckTopic.HOST, CheckTopic.VM))).isFalse();
        assertThat(report.isUsable(Set.of(CheckTopic.HOST, CheckTopic.CGROUP))).isTrue();
        assertThat(report.json().compact())
                .contains("\"vm\":false", "\"cgroup\":true", "\"remedy\":\"get x\"");
    }

    private static DoctorCheck find(String name, List<DoctorCheck> checks) {
        Optional<DoctorCheck> found =
                checks.stream().filter(it -> it.name().equals(name)).findFirst();
        return found.orElseThrow();
    }
}
