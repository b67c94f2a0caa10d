package dev.elastigres.distribution;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The installable package of the `elastigres` command and the agent of a host.
///
/// @param program the command with its Java runtime
/// @param architecture in Debian's notation
/// @param texts generated texts
/// @param monitor Debian package of the monitor, for images of VMs
/// @param time modification time of every packed file
record HostPackage(
        Payload program,
        String version,
        String architecture,
        CommandTexts texts,
        Path monitor,
        Instant time) {
    static final String NAME = "elastigres";
    private static final String SETTINGS = "etc/elastigres/agent.toml";

    /// The units of systemd by their path below `lib/systemd`, with the names of their resources.
    private static final Map<String, String> UNITS =
            Map.of(
                    "system/elastigres-agent.service", "elastigres-agent.service",
                    "user/elastigres-agent.service", "user-elastigres-agent.service",
                    "user/elastigres-vm@.service", "user-elastigres-vm@.service");

    /// Writes a Debian package, a tar archive and an SBOM.
    ///
    /// @return the files; they replace older files of the same names
    List<Path> write(Path folder, String sbom) throws IOException {
        var debian = new DebianPackage(fields(), scripts(), List.of(SETTINGS), debianTree());
        return new PackageArchives(debian, tree(""), sbom)
                .write(folder, "%s_%s_%s".formatted(NAME, version, architecture), time);
    }

    /// Returns the installed files of the Debian package.
    PackageTree debianTree() throws IOException {
        return tree("usr/");
    }

    private PackageTree tree(String prefix) throws IOException {
        String documents = prefix + "share/doc/" + NAME + "/";
        var tree =
                new PackageTree()
                        .copy(prefix + "lib/" + NAME, program.folder())
                        .copy(prefix + "lib/" + NAME + "/elastigres-monitor.deb", monitor)
                        .text(prefix + "bin/" + NAME, text("elastigres.sh"), true)
                        .text(prefix + "bin/kubectl-" + NAME, text("kubectl-elastigres"), true)
                        .text(documents + "copyright", text("elastigres-copyright"), false)
                        .text(documents + "monitor-role.sql", text("monitor-role.sql"), false)
                        .text(documents + "security.md", text("security.md"), false)
                        .text(
                                prefix.isEmpty() ? "etc/agent.toml" : SETTINGS,
                                text("agent.toml"),
                                false);
        UNITS.forEach((path, name) -> tree.text(prefix + "lib/systemd/" + path, text(name), false));
        tree.text(
                prefix + "lib/systemd/system/elastigres-monitor@.service",
                monitorUnit(text("elastigres-monitor.service")),
                false);
        for (var page : texts.manuals().entrySet())
            tree.bytes(
                    prefix + "share/man/man1/" + page.getKey() + ".1.gz",
                    PackageArchives.compressed(page.getValue()),
                    false);
        return tree.text(prefix + "share/bash-completion/completions/" + NAME, texts.bash(), false)
                .text(prefix + "share/zsh/vendor-completions/_" + NAME, zsh(texts.bash()), false)
                .text(
                        prefix + "share/fish/vendor_completions.d/" + NAME + ".fish",
                        texts.fish(),
                        false);
    }

    /// Returns the unit of one of several monitors, made from that of the monitor's package.
    static String monitorUnit(String single) {
        return single.replace(
                        "Description=Elastigres vm-monitor, beside Postgres",
                        "Description=Elastigres vm-monitor, beside Postgres %i")
                .replace(
                        "ExecStart=/usr/bin/elastigres-monitor --config /etc/elastigres/monitor.conf",
                        "ExecStart=/usr/bin/elastigres monitor --config /etc/elastigres/monitors/%i.conf");
    }

    /// Returns the completion file of zsh. Zsh runs the whole file when it completes the command
    /// for the first time, and then expects the completions.
    private static String zsh(String bash) {
        return "#compdef %1$s\n%2$s\n_bash_complete -o default -F _complete_%1$s\n"
                .formatted(NAME, bash);
    }

    private Map<String, String> fields() {
        return DebianPackage.controlFields(
                NAME,
                version,
                architecture,
                Optional.of(
                        "qemu-system-x86, qemu-utils, e2fsprogs, fakeroot, postgresql,"
                                + " elastigres-monitor"),
                """
                live vertical autoscaling for Postgres
                 Gives a Postgres CPU and memory within a second of a load, and takes them back
                 after it, without dropping a connection. Postgres runs in a systemd unit or a
                 container, whose cgroup is resized, or in a virtual machine that the command
                 makes. Brings its own Java runtime.""");
    }

    private static Map<String, String> scripts() {
        return Map.of(
                "postinst", text("elastigres-postinst"),
                "prerm", text("elastigres-prerm"),
                "postrm", text("elastigres-postrm"));
    }

    private static String text(String name) {
        return DebianPackage.resource(name);
    }
}
