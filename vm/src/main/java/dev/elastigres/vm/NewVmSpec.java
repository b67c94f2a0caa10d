package dev.elastigres.vm;

import dev.elastigres.vm.qemu.AcceleratorChoice;
import dev.elastigres.vm.state.CpuRange;
import dev.elastigres.vm.state.MemoryRange;
import dev.elastigres.vm.state.Network;
import java.nio.file.Path;
import java.util.Optional;

/// The parameters of a new VM.
///
/// @param image the image of its disk; if empty, the latest image
public record NewVmSpec(
        String name,
        CpuRange cpus,
        MemoryRange memory,
        Optional<Path> image,
        AcceleratorChoice accelerator,
        Network network) {}
