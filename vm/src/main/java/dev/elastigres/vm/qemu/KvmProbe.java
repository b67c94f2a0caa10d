package dev.elastigres.vm.qemu;

import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.host.process.ExternalProgramException;
import dev.elastigres.host.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Tests whether KVM works by booting a kernel with it. The existence of the device is not
/// sufficient: nested KVM may refuse the CPU, or hang at the first instruction of a kernel.
///
/// @param kernel the kernel to boot
/// @param memory a file that caches the result until this machine reboots
public record KvmProbe(Path kernel, Path memory) {
    private static final Path DEVICE = Path.of("/dev/kvm");
    private static final String NO_DEVICE = "there is no /dev/kvm";
    private static final String NO_PERMISSION = "no permission to use /dev/kvm";

    /// Timeout of the test; where KVM works, a kernel without a disk panics in less than a second.
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final String WORKS = "works";

    /// Returns why the device cannot be opened; empty if it can.
    public static Optional<String> deviceObjection() {
        if (!Files.exists(DEVICE)) return Optional.of(NO_DEVICE);
        return Files.isReadable(DEVICE) && Files.isWritable(DEVICE)
                ? Optional.empty()
                : Optional.of(NO_PERMISSION);
    }

    /// Returns what to do about an objection, as one clause.
    public static String remedy(String objection) {
        return switch (objection) {
            case NO_DEVICE ->
                    "enable virtualization in the firmware, or nested virtualization if this host is a VM, and load kvm_intel or kvm_amd";
            case NO_PERMISSION ->
                    "add this user to the group kvm: usermod -aG kvm USER, and log in again";
            default -> "if this host is a VM, its hypervisor must support nested virtualization";
        };
    }

    /// Returns why KVM cannot be used; empty if it can.
    public Optional<String> objection() throws InterruptedException {
        Optional<String> device = deviceObjection();
        if (device.isPresent()) return device;
        String answer = cached().orElse(null);
        if (answer == null) {
            answer = test();
            cache(answer);
        }
        return answer.equals(WORKS) ? Optional.empty() : Optional.of(answer);
    }

    private String test() throws InterruptedException {
        var command =
                List.of(
                        "qemu-system-x86_64",
                        "-machine",
                        "q35",
                        "-accel",
                        "kvm",
                        "-cpu",
                        "host",
                        "-m",
                        "256M",
                        "-nodefaults",
                        "-no-user-config",
                        "-display",
                        "none",
                        "-no-reboot",
                        "-serial",
                        "stdio",
                        "-kernel",
                        kernel.toString(),
                        "-append",
                        "console=ttyS0 panic=-1 quiet");
        try {
            var result = new ExternalProgram(command, Map.of(), TIMEOUT).tryRun(_ -> {});
            if (result.exitCode() == 0 && result.output().contains("Kernel panic")) return WORKS;
            return result.output()
                    .lines()
                    .filter(line -> line.contains("error"))
                    .map(line -> line.replace("qemu-system-x86_64: ", ""))
                    .findFirst()
                    .orElse(result.lastLine());
        } catch (ExternalProgramException _) {
            return "a kernel started with KVM hangs";
        }
    }

    private Optional<String> cached() {
        try {
            String[] lines = Files.readString(memory).split("\n", 2);
            boolean current = lines.length == 2 && lines[0].equals(ProcessIdentity.currentBootId());
            return current ? Optional.of(lines[1].strip()) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private void cache(String answer) {
        try {
            Files.createDirectories(memory.getParent());
            Path fresh = Files.createTempFile(memory.getParent(), "kvm", ".new");
            Files.writeString(fresh, ProcessIdentity.currentBootId() + "\n" + answer + "\n");
            Files.move(fresh, memory, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException _) {
            // The next call repeats the test.
        }
    }
}
