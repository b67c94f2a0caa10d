package dev.elastigres.vm;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.vm.guest.GuestCpus;
import dev.elastigres.vm.guest.GuestException;
import dev.elastigres.vm.image.Images;
import dev.elastigres.vm.qemu.Accelerator;
import dev.elastigres.vm.qemu.CpuScalingMode;
import dev.elastigres.vm.qemu.RequiredPrograms;
import dev.elastigres.vm.qmp.QmpClient;
import dev.elastigres.vm.qmp.QmpException;
import dev.elastigres.vm.state.FileLocks;
import dev.elastigres.vm.state.Network;
import dev.elastigres.vm.state.VmFolder;
import dev.elastigres.vm.state.VmRun;
import dev.elastigres.vm.state.VmSpec;
import dev.elastigres.vm.state.VmState;
import dev.elastigres.vm.state.VmStore;
import dev.elastigres.vm.state.XdgFolders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/// The VMs of this user on this host. There is no daemon: each VM is a QEMU process and a folder,
/// and every method here looks at both anew. Threads and processes may call it at the same time;
/// one process has one of these.
public final class VmManager {
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final XdgFolders folders;
    private final FileLocks locks = new FileLocks();
    private final VmStore store;
    private final VmImages images;
    private final Lifecycle lifecycle;

    /// @param progress takes lines for a person who waits
    public VmManager(XdgFolders folders, Consumer<String> progress) {
        this(folders, progress, CpuScalingMode::of);
    }

    /// @param switching how CPUs are switched in guests that boot from now on
    VmManager(
            XdgFolders folders,
            Consumer<String> progress,
            Function<Accelerator, CpuScalingMode> switching) {
        this.folders = folders;
        this.store = new VmStore(folders.vms(), locks);
        this.images = new VmImages(folders.images(), store, locks);
        this.lifecycle = new Lifecycle(this, progress, switching);
    }

    XdgFolders folders() {
        return folders;
    }

    VmStore store() {
        return store;
    }

    public FileLocks locks() {
        return locks;
    }

    public VmSpec create(NewVmSpec wish) throws VmException, InterruptedException {
        RequiredPrograms.RUN.require();
        Path image = wish.image().isPresent() ? wish.image().get() : images.latest();
        if (!Files.isReadable(image)) throw new VmException.Refused("there is no image " + image);
        Path full = image.toAbsolutePath().normalize();
        var spec =
                new VmSpec(
                        VmSpec.checkName(wish.name()),
                        full,
                        wish.cpus(),
                        wish.memory(),
                        wish.accelerator(),
                        wish.network());
        store.create(
                spec,
                folder -> {
                    Images.extractBoot(full, folder.kernel(), folder.initrd());
                    VmImages.createDisk(full, folder.disk());
                });
        checkImage(spec);
        return spec;
    }

    /// Checks that the image still exists. The deletion of an image looks for VMs after it removed
    /// the file, so either it sees the new VM or this check sees that the image is gone.
    private void checkImage(VmSpec spec) throws VmException, InterruptedException {
        if (Files.exists(spec.image())) return;
        delete(spec.name());
        throw new VmException.Refused(
                "the image " + spec.image() + " was deleted while a VM was made of it");
    }

    /// Returns the built images, each with the names of this user's VMs that are based on it.
    public Map<Images.ImageEntry, List<String>> images() throws VmException, InterruptedException {
        return images.list();
    }

    /// Deletes an image that no VM of this user is based on.
    ///
    /// @param name its name, its file's name or its path
    public Images.ImageEntry deleteImage(String name) throws VmException, InterruptedException {
        return images.delete(name);
    }

    /// Returns what killed builds and deletions of images left.
    public List<Images.ImageLeftover> imageLeftovers() throws VmException, InterruptedException {
        return images.leftovers();
    }

    /// Removes what killed builds of images left and undoes killed deletions. Returns what was
    /// removed.
    public List<Images.ImageLeftover> removeImageLeftovers()
            throws VmException, InterruptedException {
        return images.removeLeftovers();
    }

    /// Creates a VM that continues from the saved state.
    /// @param network of the same kind as the saved one's; the guest keeps its address
    public VmSpec restore(String name, Path snapshot, Network network)
            throws VmException, InterruptedException {
        RequiredPrograms.RUN.require();
        VmSpec saved = Snapshots.spec(snapshot);
        if (!saved.network().getClass().equals(network.getClass())) {
            // The state of QEMU's own network is part of what was saved.
            throw new VmException.Refused(
                    "the saved VM's network is %s; it cannot go on in one of another kind"
                            .formatted(saved.network().title()));
        }
        VmSpec spec = saved.as(VmSpec.checkName(name), network);
        store.create(spec, folder -> Snapshots.restore(snapshot, spec, folder));
        checkImage(spec);
        return spec;
    }

    /// Starts the VM, or resumes one that was restored or is paused, and waits until its
    /// Postgres answers.
    /// @param within how long to wait for Postgres; zero not to wait
    public RunningVm start(String name, Duration within) throws VmException, InterruptedException {
        VmFolder folder = store.find(name);
        RunningVm machine;
        boolean saved;
        try (var _ = store.lock(folder, "start")) {
            VmState state = store.state(folder);
            saved = state instanceof VmState.Saved;
            machine =
                    state instanceof VmState.Running(VmRun run)
                            ? goOn(new RunningVm(store.spec(folder), folder, run, locks))
                            : lifecycle.start(folder);
        }
        if (saved) lifecycle.setClock(machine);
        if (!within.isZero()) lifecycle.awaitPostgres(machine, within);
        return machine;
    }

    /// Resumes a paused guest, and refuses one that runs.
    private RunningVm goOn(RunningVm machine) throws VmException, InterruptedException {
        String name = machine.spec().name();
        if (seen(machine).stall.isEmpty()) throw new VmException.Refused(name + " runs already");
        return lifecycle.settle(machine);
    }

    /// Presses its power button and waits for the end; one that does not run is left as it is.
    public void stop(String name, Duration within) throws VmException, InterruptedException {
        VmFolder folder = store.find(name);
        try (var _ = store.lock(folder, "stop")) {
            switch (store.state(folder)) {
                case VmState.Running(var run) ->
                        lifecycle.stop(
                                new RunningVm(store.spec(folder), folder, run, locks), within);
                case VmState.Stopped _, VmState.Saved _, VmState.Dead _ -> lifecycle.clear(folder);
            }
        }
    }

    /// Ends the VM at once, as a power cut would, without waiting for commands that hang.
    public void kill(String name) throws VmException, InterruptedException {
        VmFolder folder = store.find(name);
        if (store.state(folder) instanceof VmState.Running(var run)) run.qemu().kill();
        try (var _ = store.lock(folder, "kill")) {
            lifecycle.clear(folder);
        }
    }

    /// Ends it at once and removes all of it.
    public void delete(String name) throws VmException, InterruptedException {
        VmFolder folder = store.find(name);
        if (store.state(folder) instanceof VmState.Running(var run)) run.qemu().kill();
        try (var _ = store.lock(folder, "delete")) {
            lifecycle.clear(folder);
            store.delete(folder);
        }
    }

    public ResizeRequest.MachineResizeOutcome resize(String name, ResizeRequest wish)
            throws VmException, InterruptedException {
        return resize(name, wish, VmStore.PATIENCE);
    }

    /// @param patience how long to wait for another command on the VM
    public ResizeRequest.MachineResizeOutcome resize(
            String name, ResizeRequest wish, Duration patience)
            throws VmException, InterruptedException {
        VmFolder folder = store.find(name);
        Resizer.check(store.spec(folder), wish);
        try (var _ = store.lock(folder, "resize", patience)) {
            return new Resizer(lifecycle.settle(running(name))).apply(wish);
        }
    }

    public MigrationResult migrate(String name) throws VmException, InterruptedException {
        VmFolder folder = store.find(name);
        try (var _ = store.lock(folder, "migrate")) {
            return new Migration(store, lifecycle.settle(running(name))).run();
        }
    }

    public void snapshot(String name, Path file) throws VmException, InterruptedException {
        VmFolder folder = store.find(name);
        try (var _ = store.lock(folder, "snapshot")) {
            Snapshots.save(lifecycle.settle(running(name)), file.toAbsolutePath());
        }
    }

    /// The VM, for a session with its guest or its console.
    public RunningVm running(String name) throws VmException {
        VmFolder folder = store.find(name);
        return switch (store.state(folder)) {
            case VmState.Running(var run) -> new RunningVm(store.spec(folder), folder, run, locks);
            case VmState.Dead(String why) ->
                    throw new VmException.Refused(name + " is dead: " + why);
            case VmState.Stopped _, VmState.Saved _ ->
                    throw new VmException.Refused(
                            name + " does not run; `vm start " + name + "` starts it");
        };
    }

    /// All VMs that run. It looks at files and processes only, and is quick.
    public List<RunningVm> running() throws VmException {
        return survey().running();
    }

    /// The VMs that run, and those that ended though nobody stopped them.
    ///
    /// @param dead why each died, by name
    /// @param names of all that there are
    public record VmSurvey(List<RunningVm> running, Map<String, String> dead, Set<String> names) {}

    /// It looks at files and processes only, and is quick.
    public VmSurvey survey() throws VmException {
        var running = new ArrayList<RunningVm>();
        var dead = new TreeMap<String, String>();
        var names = new TreeSet<String>();
        for (String name : store.names()) {
            try {
                VmFolder folder = store.find(name);
                names.add(name);
                switch (store.state(folder)) {
                    case VmState.Running(VmRun run) ->
                            running.add(new RunningVm(store.spec(folder), folder, run, locks));
                    case VmState.Dead(String why) -> dead.put(name, why);
                    case VmState.Stopped _, VmState.Saved _ -> {}
                }
            } catch (VmException.Refused _) {
                // It has just been deleted, or is no VM's folder.
            }
        }
        return new VmSurvey(running, dead, Set.copyOf(names));
    }

    /// Where the VMs are.
    public Path folder() {
        return folders.vms();
    }

    public VmFolder folder(String name) throws VmException {
        return store.find(name);
    }

    public VmReport show(String name) throws VmException, InterruptedException {
        VmFolder folder = store.find(name);
        VmSpec spec = store.spec(folder);
        VmState state = store.state(folder);
        if (!(state instanceof VmState.Running(var run))) {
            return new VmReport(
                    spec,
                    state,
                    folder.path(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Instant.now());
        }
        var machine = new RunningVm(spec, folder, run, locks);
        VmObservation seen = seen(machine);
        return new VmReport(
                spec,
                state,
                folder.path(),
                seen.memory,
                // A guest that stands still answers nothing.
                seen.stall.isPresent() ? Optional.empty() : cpus(machine),
                seen.stall,
                Instant.now());
    }

    /// What QEMU says of a VM.
    private record VmObservation(Optional<VmReport.MemoryReport> memory, Optional<String> stall) {}

    public List<VmReport> list() throws VmException, InterruptedException {
        var reports = new ArrayList<VmReport>();
        for (String name : store.names()) {
            try {
                reports.add(show(name));
            } catch (VmException.Refused _) {
                // It has just been deleted, or is no VM's folder.
            }
        }
        return reports;
    }

    private static VmObservation seen(RunningVm machine) throws InterruptedException {
        Bytes boot = machine.spec().memory().min();
        try (QmpClient qmp = QmpClient.connect(machine.sockets().lookout(), LOOK)) {
            boolean fixed = machine.spec().memory().pluggable().equals(Bytes.ZERO);
            var memory =
                    fixed
                            ? new VmReport.MemoryReport(boot, boot)
                            : new VmReport.MemoryReport(
                                    boot.plus(QemuQueries.plugged(qmp)),
                                    boot.plus(QemuQueries.requested(qmp)));
            return new VmObservation(
                    Optional.of(memory),
                    QemuQueries.stall(machine.spec().name(), QemuQueries.status(qmp)));
        } catch (QmpException _) {
            return new VmObservation(
                    Optional.empty(), Optional.empty()); // it has just ended, or moves
        }
    }

    private static Optional<Integer> cpus(RunningVm machine)
            throws VmException, InterruptedException {
        try (var guest = machine.guest(LOOK)) {
            return Optional.of(GuestCpus.online(guest));
        } catch (GuestException _) {
            return Optional.empty(); // it boots, or is busy
        }
    }
}
