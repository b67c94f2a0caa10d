package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.host.file.FileTrees;
import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.testbed.process.OrphanReaper;
import dev.elastigres.vm.NewVmSpec;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.guest.GuestChannel.GuestCommandResult;
import dev.elastigres.vm.qemu.AcceleratorChoice;
import dev.elastigres.vm.state.CpuRange;
import dev.elastigres.vm.state.MemoryRange;
import dev.elastigres.vm.state.Network;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A VM with an ordinary Debian 12: systemd, dpkg, and a Postgres in its unit. Closing removes it.
///
/// @param root folder of everything that belongs to it
record DebianHost(Path root, VmManager machines) implements AutoCloseable {
    private static final String NAME = "host";
    private static final Duration BUILD = Duration.ofMinutes(15);
    private static final Duration BOOT = Duration.ofMinutes(6);
    private static final Duration COMMAND = Duration.ofMinutes(4);

    /// Boots the host.
    ///
    /// @param file is copied to `/root` of the host
    static DebianHost boot(Path file) throws Exception {
        Path root = Files.createTempDirectory("lab-host");
        OrphanReaper.watchMachines(root);
        var host =
                new DebianHost(
                        root,
                        new VmManager(
                                GoldenSnapshot.folders(root),
                                line -> System.err.println("lab: " + line)));
        try {
            Path image = host.image();
            ExternalProgram.of(
                            BUILD,
                            "debugfs",
                            "-w",
                            "-R",
                            "write %s /root/%s".formatted(file, file.getFileName()),
                            image.toString())
                    .run();
            host.machines.create(
                    new NewVmSpec(
                            NAME,
                            new CpuRange(2, 2),
                            MemoryRange.parse("2G..2G"),
                            Optional.of(image),
                            AcceleratorChoice.AUTO,
                            Network.closed()));
            host.machines.start(NAME, BOOT);
            return host;
        } catch (Exception | AssertionError e) {
            System.err.println(host.console());
            host.close();
            throw e;
        }
    }

    /// Makes the image of the host, from Debian's archive and the kernel of the lab's guest.
    private Path image() throws Exception {
        Path script = root.resolve("debian-host.sh");
        try (InputStream text = DebianHost.class.getResourceAsStream("debian-host.sh")) {
            assertThat(text).isNotNull();
            Files.copy(text, script);
        }
        Path image = root.resolve("host.img");
        Path work = Files.createDirectory(root.resolve("work"));
        ExternalProgram.of(
                        BUILD,
                        "sh",
                        script.toString(),
                        image.toString(),
                        GoldenSnapshot.image().orElseThrow().toString(),
                        work.toString())
                .run();
        FileTrees.delete(work);
        return image;
    }

    /// Runs a script as root, and returns its output.
    String sh(String script) throws Exception {
        GuestCommandResult result = trySh(script);
        assertThat(result.exitCode()).as("%s%n%s", script, result).isZero();
        return result.output().strip();
    }

    GuestCommandResult trySh(String script) throws Exception {
        try (var guest = machines.running(NAME).guest(COMMAND)) {
            return guest.run(COMMAND, List.of("sh", "-c", script));
        }
    }

    /// Returns the host's console.
    String console() {
        try {
            return Files.readString(machines.folder(NAME).consoleLog());
        } catch (Exception e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws VmException, IOException {
        try {
            machines.delete(NAME);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the VM was ended", e);
        } finally {
            FileTrees.delete(root);
        }
    }
}
