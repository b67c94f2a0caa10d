package dev.elastigres.vm.image;

import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.host.process.ExternalProgramException;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.qemu.Accelerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// The first boot of a new image, in which the guest completes its setup. It also proves that the
/// image boots.
record FirstBoot(Path disk, Path kernel, Path initrd, Path work, Accelerator accelerator) {
    private static final String DONE = "elastigres: image ready";
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    void run(Consumer<String> progress)
            throws IOException, VmException, ExternalProgramException, InterruptedException {
        progress.accept("first boot: the guest completes its setup (" + accelerator.title() + ")");
        Path console = work.resolve("console.log");
        var command = new ArrayList<>(List.of("qemu-system-x86_64", "-name", "elastigres-image"));
        command.addAll(accelerator.arguments());
        command.addAll(
                List.of(
                        "-smp",
                        "2",
                        "-m",
                        "1G",
                        "-nodefaults",
                        "-no-user-config",
                        "-display",
                        "none",
                        "-no-reboot",
                        "-kernel",
                        kernel.toString(),
                        "-initrd",
                        initrd.toString(),
                        "-append",
                        "console=ttyS0 panic=-1 quiet elastigres.setup=1",
                        "-serial",
                        "file:" + console,
                        "-drive",
                        "file=" + disk + ",format=raw,if=virtio,cache=unsafe"));
        new ExternalProgram(command, Map.of(), TIMEOUT).run();
        String output = Files.readString(console, StandardCharsets.ISO_8859_1);
        if (!output.contains(DONE)) {
            String last =
                    output.lines()
                            // Kernel messages about the shutdown do not show the reason.
                            .filter(line -> !line.isBlank() && !line.startsWith("["))
                            .reduce((_, line) -> line)
                            .orElse("nothing");
            throw new VmException.Failed(
                    "the image's first boot failed; its last output: " + last.strip());
        }
        // The guest must have left the file system clean; this check proves it.
        ExternalProgram.of(TIMEOUT, "e2fsck", "-fp", disk.toString()).run();
    }
}
