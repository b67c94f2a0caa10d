package dev.elastigres.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests the package of the command with a payload of a few small files.
class HostPackageTest {
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final String HELPS =
            """
            Usage: elastigres [-hV] COMMAND
            Live vertical autoscaling for Postgres.
              -h, --help      Show this help message and exit.
            Commands:
              agent   Run the daemon of a host, or query a
                        running one.
              vm      Make VMs.
              help    Show help.

            Usage: elastigres agent [FLAG]...

            Main:
              -a, --addr HOST:PORT            Address of the pages

            Examples:
              elastigres agent --dry-run

            Usage: elastigres agent status [-hV]
                                           [--json]
            Print the VMs.

                  --json   Print an object.

            Usage: elastigres vm [-hV] COMMAND
            Make VMs.

            Usage: elastigres help [--all]
            Show help.
            """;

    private final Path folder;

    HostPackageTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private HostPackage host(String name) throws IOException {
        Path program = Files.createDirectories(folder.resolve(name));
        Path java = Files.createDirectories(program.resolve("runtime/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectories(program.resolve("lib"));
        for (String each : List.of("lib/elastigres-cli-1.jar", "java.options", "classes.aot"))
            Files.writeString(program.resolve(each), each);
        Path monitor = Files.writeString(folder.resolve(name + ".deb"), "the monitor");
        var texts =
                new CommandTexts(
                        CommandTexts.manuals(HELPS, "1.2.3"), "bash script", "fish script");
        return new HostPackage(
                new Payload(program, Payload.PayloadKind.COMMAND),
                "1.2.3",
                "amd64",
                texts,
                monitor,
                TIME);
    }

    @Test
    void containsTheseFilesAndNoOthers() throws Exception {
        var files = new TreeMap<>(host("one").debianTree().nodes());
        files.values().removeIf(node -> node instanceof PackageTree.TreeNode.Folder);
        assertThat(files.keySet())
                .containsExactlyInAnyOrder(
                        "etc/elastigres/agent.toml",
                        "usr/bin/elastigres",
                        "usr/bin/kubectl-elastigres",
                        "usr/lib/elastigres/classes.aot",
                        "usr/lib/elastigres/elastigres-monitor.deb",
                        "usr/lib/elastigres/java.options",
                        "usr/lib/elastigres/lib/elastigres-cli-1.jar",
                        "usr/lib/elastigres/runtime/bin/java",
                        "usr/lib/systemd/system/elastigres-agent.service",
                        "usr/lib/systemd/system/elastigres-monitor@.service",
                        "usr/lib/systemd/user/elastigres-agent.service",
                        "usr/lib/systemd/user/elastigres-vm@.service",
                        "usr/share/bash-completion/completions/elastigres",
                        "usr/share/doc/elastigres/copyright",
                        "usr/share/doc/elastigres/monitor-role.sql",
                        "usr/share/doc/elastigres/security.md",
                        "usr/share/fish/vendor_completions.d/elastigres.fish",
                        "usr/share/man/man1/elastigres-agent.1.gz",
                        "usr/share/man/man1/elastigres-vm.1.gz",
                        "usr/share/man/man1/elastigres.1.gz",
                        "usr/share/zsh/vendor-completions/_elastigres");
    }

    @Test
    void twoBuildsAreEqual() throws Exception {
        List<Path> first = host("one").write(folder.resolve("first"), "{}");
        List<Path> second = host("two").write(folder.resolve("second"), "{}");
        assertThat(first)
                .extracting(it -> it.getFileName().toString())
                .containsExactly(
                        "elastigres_1.2.3_amd64.deb",
                        "elastigres_1.2.3_amd64.tar.gz",
                        "elastigres_1.2.3_amd64.cdx.json");
        for (int i = 0; i < first.size(); i++)
            assertThat(second.get(i)).hasSameBinaryContentAs(first.get(i));
    }

    /// Installing a package must not change a Postgres.
    @Test
    void anInstalledAgentOnlyRecommends() {
        assertThat(DebianPackage.resource("agent.toml").lines())
                .contains("dry-run = true", "driver = \"cgroup\"");
    }

    @Test
    void aMonitorOfManyHasItsOwnSettings() {
        String unit = HostPackage.monitorUnit(DebianPackage.resource("elastigres-monitor.service"));
        assertThat(unit)
                .contains(
                        "Description=Elastigres vm-monitor, beside Postgres %i\n",
                        "ExecStart=/usr/bin/elastigres monitor --config /etc/elastigres/monitors/%i.conf\n")
                .doesNotContain("elastigres-monitor --config");
    }

    @Test
    void manualsHaveTheOptionsOfTheHelp() {
        Map<String, String> manuals = CommandTexts.manuals(HELPS, "1.2.3");
        assertThat(manuals).containsOnlyKeys("elastigres", "elastigres-agent", "elastigres-vm");
        assertThat(manuals.get("elastigres-agent"))
                .contains(
                        """
                        .TH ELASTIGRES\\-AGENT 1 "" "elastigres 1.2.3" "User commands"
                        .SH NAME
                        elastigres\\-agent \\- Run the daemon of a host, or query a running one
                        .SH SYNOPSIS
                        .nf
                        elastigres agent [FLAG]...
                        .fi
                        .SH DESCRIPTION
                        .SS Main
                        .TP
                        .B \\-a, \\-\\-addr HOST:PORT
                        Address of the pages
                        .SS Examples
                        .nf
                        elastigres agent \\-\\-dry\\-run
                        .fi
                        .SH ELASTIGRES AGENT STATUS
                        """)
                .contains(".TP\n.B \\-\\-json\nPrint an object.\n")
                .contains(".SH SEE ALSO\n.BR elastigres (1),\n.BR elastigres\\-vm (1)\n");
    }

    /// The scripts run as root on machines of others, so their syntax is checked here.
    @Test
    void shellsReadTheScripts() throws Exception {
        for (String name :
                List.of(
                        "elastigres.sh",
                        "elastigres-postinst",
                        "elastigres-prerm",
                        "elastigres-postrm")) {
            Path file = Files.writeString(folder.resolve("script"), DebianPackage.resource(name));
            var shell = new ProcessBuilder("sh", "-n", file.toString()).inheritIO().start();
            assertThat(shell.waitFor()).as(name).isZero();
        }
    }

    /// systemd ignores a line that it does not understand, with a warning that nobody may see.
    @Test
    void unitsHaveOnlyAssignments() {
        for (String name :
                List.of(
                        "elastigres-agent.service",
                        "user-elastigres-agent.service",
                        "user-elastigres-vm@.service"))
            assertThat(DebianPackage.resource(name).lines())
                    .allMatch(
                            Pattern.compile("|#.*|\\[(Unit|Service|Install)\\]|[A-Z]\\w+=.*")
                                    .asMatchPredicate());
    }
}
