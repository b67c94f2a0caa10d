package dev.elastigres.lab;

import dev.elastigres.host.file.FileTrees;
import dev.elastigres.testbed.process.OrphanReaper;
import dev.elastigres.vm.NewVmSpec;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.qemu.AcceleratorChoice;
import dev.elastigres.vm.state.CpuRange;
import dev.elastigres.vm.state.MemoryRange;
import dev.elastigres.vm.state.XdgFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// A saved VM from which every test's VM is restored: two CPUs, 512 MiB of at most 2 GiB,
/// pgbench's tables, and a ready monitor. Closing removes it and every VM restored from it.
record GoldenSnapshot(Path root, VmManager machines) implements AutoCloseable {
    private static final Duration BOOT = Duration.ofMinutes(3);
    private static final String NAME = "golden";

    static GoldenSnapshot make() throws Exception {
        Path root = Files.createTempDirectory("lab");
        OrphanReaper.watchMachines(root);
        var machines = new VmManager(folders(root), GoldenSnapshot::say);
        var golden = new GoldenSnapshot(root, machines);
        try {
            golden.bootAndSave();
            return golden;
        } catch (Exception e) {
            golden.close();
            throw e;
        }
    }

    /// Returns the image under test; empty means the latest one.
    static Optional<Path> image() {
        return Optional.ofNullable(System.getProperty("lab.image")).map(Path::of);
    }

    private void bootAndSave() throws Exception {
        var spec =
                machines.create(
                        new NewVmSpec(
                                NAME,
                                new CpuRange(1, 4),
                                MemoryRange.parse("512M..2G"),
                                image(),
                                AcceleratorChoice.AUTO,
                                LabVm.network()));
        say("booting the VM that all tests begin from");
        machines.start(NAME, BOOT);
        var vm = LabVm.published(machines, spec);
        try {
            vm.resize(OptionalInt.of(2), Optional.empty());
            vm.sh("pgbench --initialize --quiet --scale=1 && psql -c checkpoint");
            vm.awaitReady();
            machines.snapshot(NAME, snapshot());
        } catch (Exception | AssertionError e) {
            say(vm.recentLogs());
            throw e;
        } finally {
            vm.close();
        }
    }

    /// Returns the folders of a lab at `root`, the same as with `XDG_STATE_HOME` set to `root`.
    static XdgFolders folders(Path root) {
        var own = XdgFolders.from(System.getenv());
        return new XdgFolders(root.resolve("elastigres"), own.data(), own.cache());
    }

    private Path snapshot() {
        return root.resolve("golden");
    }

    /// Restores a VM from the snapshot.
    LabVm restore(String name) throws VmException, InterruptedException {
        var spec = machines.restore(name, snapshot(), LabVm.network());
        machines.start(name, BOOT);
        return LabVm.published(machines, spec);
    }

    private static void say(String line) {
        System.err.println("lab: " + line);
    }

    @Override
    public void close() {
        try {
            FileTrees.delete(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
