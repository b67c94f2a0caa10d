package dev.elastigres.vm.state;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.qemu.Accelerator;
import dev.elastigres.vm.qemu.AcceleratorChoice;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// The specification of a VM, which never changes.
///
/// @param image the image on which the VM's disk is based
public record VmSpec(
        String name,
        Path image,
        CpuRange cpus,
        MemoryRange memory,
        AcceleratorChoice accelerator,
        Network network) {
    /// Pattern of names: a name must be valid for folders and hosts, and short enough for the path
    /// of a socket.
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?");

    public static String checkName(String name) throws VmException.Refused {
        if (NAME.matcher(name).matches()) return name;
        throw new VmException.Refused(
                "\"%s\" cannot be a VM's name: small letters, digits and inner dashes, at most 32"
                        .formatted(name));
    }

    public Json.Obj json() {
        var json =
                Json.object()
                        .with("name", name)
                        .with("image", image.toString())
                        .with("cpus_min_count", cpus.min())
                        .with("cpus_max_count", cpus.max())
                        .with("memory_min_bytes", memory.min().value())
                        .with("memory_max_bytes", memory.max().value())
                        .with("accelerator", accelerator.title());
        return network.describedIn(json);
    }

    /// Parses a specification; empty if `json` is incomplete or invalid.
    public static Optional<VmSpec> from(Json.Obj json) {
        try {
            return Optional.of(
                    new VmSpec(
                            json.text("name").orElseThrow(),
                            Path.of(json.text("image").orElseThrow()),
                            new CpuRange(
                                    Math.toIntExact(json.whole("cpus_min_count").orElseThrow()),
                                    Math.toIntExact(json.whole("cpus_max_count").orElseThrow())),
                            new MemoryRange(
                                    Bytes.of(json.whole("memory_min_bytes").orElseThrow()),
                                    Bytes.of(json.whole("memory_max_bytes").orElseThrow())),
                            json.text("accelerator").flatMap(AcceleratorChoice::of).orElseThrow(),
                            Network.from(json)));
        } catch (RuntimeException _) {
            return Optional.empty();
        }
    }

    /// Returns this VM with the accelerator that it ran with, because its saved state contains the
    /// CPUs of that accelerator.
    public VmSpec on(Accelerator used) {
        var choice =
                switch (used) {
                    case KVM -> AcceleratorChoice.KVM;
                    case TCG -> AcceleratorChoice.TCG;
                };
        return new VmSpec(name, image, cpus, memory, choice, network);
    }

    /// Returns this VM with another name and network.
    public VmSpec as(String otherName, Network other) {
        return new VmSpec(otherName, image, cpus, memory, accelerator, other);
    }
}
