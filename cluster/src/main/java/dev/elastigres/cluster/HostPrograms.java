package dev.elastigres.cluster;

import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.vm.VmException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a node on this machine needs to be installed here.
final class HostPrograms {
    /// The programs, and the Debian package of each.
    private static final Map<String, String> PACKAGES =
            Map.of(
                    "containerd", "containerd",
                    "ctr", "containerd",
                    "runc", "runc",
                    "ip", "iproute2",
                    "nsenter", "util-linux",
                    "unshare", "util-linux");

    /// Debian's folder of network plugins.
    private static final Path PLUGINS = Path.of("/usr/lib/cni");

    private static final List<String> NEEDED_PLUGINS = List.of("bridge", "host-local", "loopback");

    private HostPrograms() {}

    /// Checks that nodes can run on this machine.
    ///
    /// @throws VmException.Refused if the user is not root, or if a program is not installed; names
    ///     the packages
    static void check() throws VmException {
        if (!"root".equals(System.getProperty("user.name")))
            throw new VmException.Refused(
                    "nodes on this machine (--nodes host:N) need root; nodes in VMs (--nodes"
                            + " vm:N) do not");
        Set<String> missing = new LinkedHashSet<>();
        PACKAGES.forEach(
                (program, name) -> {
                    if (ExternalProgram.find(program).isEmpty()) missing.add(name);
                });
        for (String plugin : NEEDED_PLUGINS)
            if (!Files.isExecutable(PLUGINS.resolve(plugin)))
                missing.add("containernetworking-plugins");
        if (!missing.isEmpty())
            throw new VmException.Refused(
                    "nodes on this machine need what is not installed: apt-get install -y "
                            + String.join(" ", missing.stream().sorted().toList()));
    }
}
