package dev.elastigres.bench;

import dev.elastigres.harness.HarnessException;
import dev.elastigres.vm.TemporaryMachines;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.guest.GuestException;
import dev.elastigres.vm.image.LocalGuestImage;
import dev.elastigres.vm.qemu.AcceleratorChoice;
import dev.elastigres.vm.state.MemoryRange;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// Command line options of the benchmarks that use a VM.
final class VmBenchOptions {
    @Option(
            names = "--image",
            paramLabel = "FILE",
            description =
                    "The image to boot (default: the one of this build, built when there is none).")
    private @Nullable Path image;

    @Option(
            names = "--accel",
            paramLabel = "auto|kvm|tcg",
            defaultValue = "auto",
            converter = AcceleratorConverter.class,
            description = "Accelerator (default: auto).")
    private AcceleratorChoice accelerator = AcceleratorChoice.AUTO;

    /// @param progress receives lines of progress for an interactive user
    Path image(TemporaryMachines machines, Consumer<String> progress)
            throws VmException, InterruptedException {
        return image != null
                ? image
                : LocalGuestImage.build(machines.folders(), machines.machines().locks(), progress);
    }

    /// Boots the VM of the benchmark with this memory.
    BenchVm boot(TemporaryMachines machines, MemoryRange memory, Consumer<String> progress)
            throws HarnessException, VmException, GuestException, InterruptedException {
        return BenchVm.boot(machines.machines(), image(machines, progress), accelerator, memory);
    }

    AcceleratorChoice accelerator() {
        return accelerator;
    }

    private static final class AcceleratorConverter implements ITypeConverter<AcceleratorChoice> {
        @Override
        public AcceleratorChoice convert(String text) {
            return AcceleratorChoice.of(text)
                    .orElseThrow(() -> new TypeConversionException("takes auto, kvm or tcg"));
        }
    }
}
