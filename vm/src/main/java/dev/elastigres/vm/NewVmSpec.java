package dev.elastigres.vm;

import dev.elastigres.vm.qemu.AcceleratorChoice;
import dev.elastigres.vm.state.CpuRange;
import dev.elastigres.vm.state.MemoryRange;
import dev.elastigres.vm.state.Network;
import java.nio.file.Path;
import java.util.Optional;

/// What a VM is made from.
/// @param image the latest one that was built, when none is named
public record NewVmSpec(
        String name,
        CpuRange cpus,
        MemoryRange memory,
        Optional<Path> image,
        AcceleratorChoice accelerator,
        Network network) {}
