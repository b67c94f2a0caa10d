package dev.elastigres.vm;

import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.guest.GuestException;
import dev.elastigres.vm.qemu.Accelerator;
import dev.elastigres.vm.qemu.AcceleratorChoice;
import dev.elastigres.vm.qemu.BootCpus;
import dev.elastigres.vm.qemu.CpuScalingMode;
import dev.elastigres.vm.qemu.KvmProbe;
import dev.elastigres.vm.qemu.Qemu;
import dev.elastigres.vm.qemu.QemuCommand;
import dev.elastigres.vm.qemu.RequiredPrograms;
import dev.elastigres.vm.qemu.StartMode;
import dev.elastigres.vm.qemu.TapDevice;
import dev.elastigres.vm.qmp.QmpClient;
import dev.elastigres.vm.qmp.QmpException;
import dev.elastigres.vm.state.PublishedPort;
import dev.elastigres.vm.state.RunFolder;
import dev.elastigres.vm.state.VmFolder;
import dev.elastigres.vm.state.VmRun;
import dev.elastigres.vm.state.VmSpec;
import dev.elastigres.vm.state.VmState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// Starts and stops one VM. The caller holds its lock.
final class Lifecycle {
    private static final Duration RESTORE_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration BUTTON_INTERVAL = Duration.ofSeconds(3);
    private static final Duration SQL_PAUSE = Duration.ofMillis(100);
    private static final Duration GUEST_ANSWER = Duration.ofSeconds(5);

    /// Maximum number of attempts to open a free port; another program may take a port between its
    /// choice and its use.
    private static final int PORT_ATTEMPTS = 10;

    private final VmManager machines;
    private final Consumer<String> progress;
    private final Function<Accelerator, CpuScalingMode> switching;

    Lifecycle(
            VmManager machines,
            Consumer<String> progress,
            Function<Accelerator, CpuScalingMode> switching) {
        this.machines = machines;
        this.progress = progress;
        this.switching = switching;
    }

    RunningVm start(VmFolder folder) throws VmException, InterruptedException {
        VmSpec spec = machines.store().spec(folder);
        switch (machines.store().state(folder)) {
            case VmState.Running _ -> throw new VmException.Refused(spec.name() + " runs already");
            case VmState.Dead(String why) -> progress.accept("it ended unexpectedly: " + why);
            case VmState.Stopped _, VmState.Saved _ -> {}
        }
        RequiredPrograms.RUN.require();
        RequiredPrograms.of(spec.network()).require();
        clear(folder);
        Accelerator accelerator = choose(spec, folder);
        boolean saved = Files.exists(folder.savedState());
        StartMode beginning =
                saved ? new StartMode.Restore(folder.savedState()) : new StartMode.Boot();
        BootCpus cpus =
                saved
                        ? machines.store().savedCpus(folder)
                        : BootCpus.atBoot(switching.apply(accelerator));
        RunFolder sockets = folder.incarnation(1);
        Qemu qemu =
                launch(
                        folder,
                        sockets,
                        QemuCommand.of(spec, folder, sockets, accelerator, cpus, beginning));
        try {
            VmRun run =
                    new VmRun(1, qemu.identity(), accelerator, cpus.switching(), Instant.now())
                            .with(PublishedPort.free(spec.network().guestPortsForAgents()));
            machines.store().started(folder, run);
            try (QmpClient qmp = qemu.control()) {
                TapDevice.connect(spec.network(), sockets);
                if (saved) awaitState(qmp);
                publish(qmp, spec.network().publications());
                run = publishForAgents(qmp, folder, run);
                if (saved) {
                    // Deleted before the guest resumes, because the state does not match the disk
                    // afterwards.
                    Files.delete(folder.savedState());
                    Files.deleteIfExists(folder.savedCpus());
                    qmp.execute("cont");
                }
            }
            return new RunningVm(spec, folder, run, machines.locks());
        } catch (VmException | QmpException | IOException e) {
            clear(folder);
            throw failed("cannot start " + spec.name(), e);
        }
    }

    private Qemu launch(VmFolder folder, RunFolder sockets, List<String> command)
            throws VmException, InterruptedException {
        try {
            // The logs are those of one run only.
            Files.deleteIfExists(folder.consoleLog());
            Files.deleteIfExists(folder.qemuLog());
            return Qemu.start(folder, sockets, command);
        } catch (IOException e) {
            throw new VmException.Failed("cannot delete the old logs", e);
        } catch (VmException e) {
            clear(folder);
            throw e;
        }
    }

    private Accelerator choose(VmSpec spec, VmFolder folder)
            throws VmException, InterruptedException {
        if (spec.accelerator() == AcceleratorChoice.TCG) return Accelerator.TCG;
        Optional<String> objection =
                new KvmProbe(folder.kernel(), machines.folders().cache().resolve("kvm"))
                        .objection();
        if (objection.isEmpty()) {
            progress.accept("accelerator: kvm");
            return Accelerator.KVM;
        }
        if (spec.accelerator() == AcceleratorChoice.KVM) {
            throw new VmException.Failed(
                    "KVM does not work here: %s; %s"
                            .formatted(objection.get(), KvmProbe.remedy(objection.get())));
        }
        progress.accept("accelerator: tcg, because " + objection.get());
        return Accelerator.TCG;
    }

    /// Waits until the saved state has been loaded; the guest is still paused then.
    private static void awaitState(QmpClient qmp)
            throws QmpException, VmException, InterruptedException {
        long deadline = System.nanoTime() + RESTORE_TIMEOUT.toNanos();
        while (QemuQueries.status(qmp).equals("inmigrate")) {
            if (System.nanoTime() - deadline > 0)
                throw new VmException.Failed("its saved state was not loaded in time");
            Thread.sleep(Duration.ofMillis(20));
        }
    }

    /// Publishes ports of the guest on this host.
    static void publish(QmpClient qmp, List<PublishedPort> ports)
            throws QmpException, VmException, InterruptedException {
        for (PublishedPort port : ports) {
            if (!tryPublish(qmp, port))
                throw new VmException.Failed(
                        "port %d of this host, for port %d of the guest, is in use: `ss -ltnp` shows the process"
                                .formatted(port.hostPort(), port.guestPort()));
        }
    }

    /// Publishes the ports for agents. The ports of this host are recorded before. If another
    /// program has taken one, a different port is chosen and recorded again.
    private VmRun publishForAgents(QmpClient qmp, VmFolder folder, VmRun run)
            throws QmpException, VmException, InterruptedException {
        var open = new ArrayList<PublishedPort>();
        for (PublishedPort each : run.agentPorts()) {
            PublishedPort port = each;
            for (int attempt = 1; !tryPublish(qmp, port); attempt++) {
                if (attempt == PORT_ATTEMPTS)
                    throw new VmException.Failed("no free port for an agent");
                port = PublishedPort.free(List.of(port.guestPort())).getFirst();
            }
            open.add(port);
        }
        if (open.equals(run.agentPorts())) return run;
        VmRun changed = run.with(open);
        machines.store().started(folder, changed);
        return changed;
    }

    private static boolean tryPublish(QmpClient qmp, PublishedPort port)
            throws QmpException, InterruptedException {
        String line =
                "hostfwd_add %s tcp:127.0.0.1:%d-:%d"
                        .formatted(QemuCommand.NETWORK, port.hostPort(), port.guestPort());
        Json output =
                qmp.execute("human-monitor-command", Json.object().with("command-line", line));
        // The human monitor returns errors as text; success has no output.
        return !(output instanceof Json.Str(String text)) || text.isBlank();
    }

    /// Waits until Postgres accepts connections.
    void awaitPostgres(RunningVm machine, Duration within)
            throws VmException, InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        String last = "";
        while (System.nanoTime() - deadline < 0) {
            if (!machine.run().qemu().isAlive()) {
                throw new VmException.Failed(
                        machine.spec().name() + " ended while it started; see its logs");
            }
            try (var guest = machine.guest(GUEST_ANSWER)) {
                while (System.nanoTime() - deadline < 0) {
                    var answer = guest.run(GUEST_ANSWER, List.of("pg_isready", "--quiet"));
                    if (answer.exitCode() == 0) return;
                    last = ": pg_isready exited with " + answer.exitCode();
                    Thread.sleep(SQL_PAUSE);
                }
            } catch (GuestException e) {
                last = ": " + e.getMessage();
            }
        }
        throw new VmException.Failed(
                "%s runs, but its Postgres did not answer within %d s%s"
                        .formatted(machine.spec().name(), within.toSeconds(), last));
    }

    /// Sets the guest's clock. A guest that was restored from a file continues with the time of the
    /// save.
    void setClock(RunningVm machine) throws VmException, InterruptedException {
        try (var guest = machine.guest(GUEST_ANSWER)) {
            guest.run(
                    GUEST_ANSWER,
                    List.of("date", "--utc", "--set=@" + Instant.now().getEpochSecond()));
        } catch (GuestException e) {
            progress.accept("the guest's clock could not be set: " + e.getMessage());
        }
    }

    /// Presses the power button until the guest has powered off.
    void stop(RunningVm machine, Duration within) throws VmException, InterruptedException {
        Qemu qemu = machine.qemu();
        long deadline = System.nanoTime() + within.toNanos();
        try (QmpClient qmp = qemu.control()) {
            if (QemuQueries.status(qmp).equals("paused")) qmp.execute("cont");
            do {
                // A guest that is still booting ignores the button.
                qmp.execute("system_powerdown");
            } while (!qemu.awaitEnd(BUTTON_INTERVAL) && System.nanoTime() - deadline < 0);
        } catch (QmpException.Disconnected _) {
            // QEMU has ended.
        } catch (QmpException e) {
            throw failed("cannot stop " + machine.spec().name(), e);
        }
        if (!qemu.awaitEnd(Duration.ofSeconds(5))) {
            throw new VmException.Failed(
                    "%s did not stop within %d s; `vm kill` ends it at once"
                            .formatted(machine.spec().name(), within.toSeconds()));
        }
        clear(machine.folder());
    }

    /// Repairs the state that an interrupted command left: it resumes a paused guest, or adopts the
    /// QEMU to which the guest has moved.
    RunningVm settle(RunningVm machine) throws VmException, InterruptedException {
        try {
            for (RunFolder other : others(machine)) {
                Optional<Qemu> arrived = Qemu.in(other);
                if (arrived.isPresent() && runs(arrived.get()))
                    return adopt(machine, arrived.get());
            }
            discard(machine.folder(), machine.sockets().path());
            try (QmpClient qmp = machine.qemu().control()) {
                MigrationStreams.goOn(qmp, machine.spec().name(), GUEST_ANSWER);
            }
            return machine;
        } catch (QmpException e) {
            throw failed(machine.spec().name() + " does not answer", e);
        }
    }

    private static List<RunFolder> others(RunningVm machine) throws VmException {
        return incarnations(machine.folder()).stream()
                .filter(each -> !each.equals(machine.sockets()))
                .toList();
    }

    private static boolean runs(Qemu qemu) throws QmpException, InterruptedException {
        try (QmpClient qmp = qemu.control()) {
            return QemuQueries.status(qmp).equals("running");
        } catch (QmpException.Disconnected _) {
            return false;
        }
    }

    /// Completes a migration whose guest has already moved.
    private RunningVm adopt(RunningVm before, Qemu qemu)
            throws VmException, QmpException, InterruptedException {
        VmRun run = before.run().in(qemu.folder().number(), qemu.identity());
        machines.store().started(before.folder(), run);
        discard(before.folder(), qemu.folder().path());
        try (QmpClient qmp = qemu.control()) {
            publish(qmp, run.publications(before.spec()));
        }
        return new RunningVm(before.spec(), before.folder(), run, machines.locks());
    }

    /// Ends all processes of the VM and deletes the record of its run. The disk and the logs are
    /// kept.
    void clear(VmFolder folder) throws VmException, InterruptedException {
        discard(folder, folder.path());
        machines.store().ended(folder);
    }

    private static void discard(VmFolder folder, Path spared)
            throws VmException, InterruptedException {
        for (RunFolder each : incarnations(folder)) {
            if (!each.path().equals(spared)) Qemu.remove(each);
        }
    }

    private static List<RunFolder> incarnations(VmFolder folder) throws VmException {
        try (var files = Files.list(folder.path())) {
            return files.filter(file -> file.getFileName().toString().startsWith(RunFolder.PREFIX))
                    .map(RunFolder::new)
                    .toList();
        } catch (IOException e) {
            throw new VmException.Failed("cannot look into " + folder.path(), e);
        }
    }

    private static VmException failed(String what, Exception e) {
        return e instanceof VmException known ? known : new VmException.Failed(what, e);
    }
}
