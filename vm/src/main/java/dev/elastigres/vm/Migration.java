package dev.elastigres.vm;

import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.qemu.BootCpus;
import dev.elastigres.vm.qemu.Qemu;
import dev.elastigres.vm.qemu.QemuCommand;
import dev.elastigres.vm.qemu.StartMode;
import dev.elastigres.vm.qemu.TapDevice;
import dev.elastigres.vm.qmp.QmpClient;
import dev.elastigres.vm.qmp.QmpException;
import dev.elastigres.vm.state.RunFolder;
import dev.elastigres.vm.state.VmRun;
import dev.elastigres.vm.state.VmStore;
import java.time.Duration;
import java.util.List;

/// Migrates a running VM to a new QEMU on this host. The caller holds its lock. The guest never
/// runs in two places. The target waits, paused, until the source has sent everything, and the
/// source is ended only after the target runs. Any earlier failure ends the target and resumes the
/// source.
final class Migration {
    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final Duration ARRIVAL_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final VmStore store;
    private final RunningVm source;

    Migration(VmStore store, RunningVm source) {
        this.store = store;
        this.source = source;
    }

    MigrationResult run() throws VmException, InterruptedException {
        int number = source.run().incarnation() + 1;
        RunFolder sockets = source.folder().incarnation(number);
        String name = source.spec().name();
        try (QmpClient from = source.qemu().control()) {
            Qemu target;
            try {
                target = Qemu.start(source.folder(), sockets, command(from, sockets));
            } catch (VmException e) {
                Qemu.remove(sockets);
                throw new VmException.Failed(
                        name + " was not migrated: cannot start another QEMU", e);
            }
            VmRun arrived = source.run().in(number, target.identity());
            var there = new RunningVm(source.spec(), source.folder(), arrived, source.locks());
            MigrationStreams.StreamResult written = move(from, target);
            // From here on the guest runs in the target, even if a later step fails.
            store.started(source.folder(), arrived);
            leave(from);
            try (QmpClient to = target.control()) {
                Lifecycle.publish(to, source.run().publications(source.spec()));
            }
            return new MigrationResult(there, written.total(), written.downtime());
        } catch (QmpException e) {
            throw new VmException.Failed("cannot complete the migration of " + name, e);
        }
    }

    private List<String> command(QmpClient from, RunFolder sockets)
            throws QmpException, InterruptedException {
        return QemuCommand.of(
                source.spec(),
                source.folder(),
                sockets,
                source.run().accelerator(),
                BootCpus.like(from, source.run().cpuSwitching()),
                new StartMode.IncomingMigration());
    }

    /// Sends the guest to the target and starts it there. On failure everything is left as it was.
    private MigrationStreams.StreamResult move(QmpClient from, Qemu target)
            throws VmException, QmpException, InterruptedException {
        try (QmpClient to = target.control()) {
            TapDevice.connect(source.spec().network(), target.folder());
            String uri = "unix:" + target.folder().arrival();
            // Without a return path, the source would assume that everything it sent has arrived.
            MigrationStreams.prepare(to, true);
            to.execute("migrate-incoming", Json.object().with("uri", uri));
            MigrationStreams.prepare(from, true);
            long held = System.nanoTime();
            if (isEmulated()) from.execute("stop");
            MigrationStreams.StreamResult written = MigrationStreams.write(from, uri, TIMEOUT);
            awaitArrival(to);
            to.execute("cont");
            if (!QemuQueries.status(to).equals("running"))
                throw new VmException.Failed("the target does not run");
            if (!isEmulated()) return written;
            var all = Duration.ofNanos(System.nanoTime() - held);
            return new MigrationStreams.StreamResult(all, all);
        } catch (QmpException | VmException | InterruptedException e) {
            Qemu.remove(target.folder());
            MigrationStreams.goOn(from, source.spec().name(), ARRIVAL_TIMEOUT);
            if (e instanceof InterruptedException interrupted) throw interrupted;
            throw new VmException.Failed(source.spec().name() + " was not migrated", e);
        }
    }

    /// Returns whether the CPUs are emulated. Memory that emulated CPUs write during the transfer
    /// does not always arrive; such a guest is therefore paused for the transfer.
    private boolean isEmulated() {
        return switch (source.run().accelerator()) {
            case TCG -> true;
            case KVM -> false;
        };
    }

    private static void awaitArrival(QmpClient to)
            throws VmException, QmpException, InterruptedException {
        long deadline = System.nanoTime() + ARRIVAL_TIMEOUT.toNanos();
        while (QemuQueries.status(to).equals("inmigrate")) {
            if (System.nanoTime() - deadline > 0)
                throw new VmException.Failed("the target has not received everything in time");
            Thread.sleep(PAUSE);
        }
    }

    /// Ends the source, which no longer runs the guest.
    private void leave(QmpClient from) throws VmException, InterruptedException {
        try {
            from.execute("quit");
        } catch (QmpException _) {
            // The process is ended below in any case.
        }
        if (!source.qemu().awaitEnd(Duration.ofSeconds(5))) source.run().qemu().kill();
        Qemu.remove(source.sockets());
    }
}
