package dev.elastigres.vm.qemu;

import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.state.Network;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Required programs, each with the Debian package that contains it.
public record RequiredPrograms(Map<String, String> packages) {
    /// Programs for starting a VM.
    public static final RequiredPrograms RUN =
            new RequiredPrograms(
                    Map.of(
                            "qemu-system-x86_64", "qemu-system-x86",
                            "qemu-img", "qemu-utils",
                            "debugfs", "e2fsprogs",
                            "setsid", "util-linux",
                            "tar", "tar"));

    /// Programs for building an image.
    public static final RequiredPrograms BUILD =
            new RequiredPrograms(
                    Map.of(
                            "qemu-system-x86_64", "qemu-system-x86",
                            "apt-get", "apt",
                            "dpkg-deb", "dpkg",
                            "fakeroot", "fakeroot",
                            "mke2fs", "e2fsprogs",
                            "e2fsck", "e2fsprogs",
                            "tar", "tar"));

    /// Returns the additional programs for this network.
    public static RequiredPrograms of(Network network) {
        return switch (network) {
            case Network.User _ -> new RequiredPrograms(Map.of());
            case Network.Tap _ -> new RequiredPrograms(Map.of("ip", "iproute2"));
        };
    }

    public RequiredPrograms {
        packages = Map.copyOf(packages);
    }

    /// @throws VmException.Missing if programs are missing; the message names all of them and the
    ///     packages to install
    public void require() throws VmException.Missing {
        require(program -> ExternalProgram.find(program).isPresent());
    }

    void require(Predicate<String> isThere) throws VmException.Missing {
        var missing = new TreeMap<>(packages);
        missing.keySet().removeIf(isThere);
        if (missing.isEmpty()) return;
        throw new VmException.Missing(
                List.copyOf(missing.keySet()),
                missing.values().stream().distinct().sorted().toList());
    }
}
