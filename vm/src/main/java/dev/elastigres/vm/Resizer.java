package dev.elastigres.vm;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.vm.guest.GuestChannel;
import dev.elastigres.vm.guest.GuestCpus;
import dev.elastigres.vm.guest.GuestException;
import dev.elastigres.vm.guest.GuestMemory;
import dev.elastigres.vm.qemu.CpuSlots;
import dev.elastigres.vm.qmp.QmpClient;
import dev.elastigres.vm.qmp.QmpException;
import dev.elastigres.vm.state.MemoryRange;
import dev.elastigres.vm.state.VmSpec;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// Resizes a running VM. The caller holds its lock.
final class Resizer {
    private static final Duration GUEST_ANSWER = Duration.ofSeconds(60);

    /// Timeout for the guest's kernel to detect a CPU, or to release one; either normally takes
    /// less than a second.
    private static final Duration PLUG_TIMEOUT = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration LONGER_PAUSE = Duration.ofMillis(100);

    private final RunningVm machine;

    Resizer(RunningVm machine) {
        this.machine = machine;
    }

    /// Checks the request against the VM's limits, before anything changes.
    static void check(VmSpec spec, ResizeRequest wish) throws VmException.Refused {
        if (wish.cpus().isPresent() && !spec.cpus().contains(wish.cpus().getAsInt())) {
            throw new VmException.Refused(
                    "%s can have %s CPUs, not %d"
                            .formatted(spec.name(), spec.cpus(), wish.cpus().getAsInt()));
        }
        if (wish.memory().isPresent()) spec.memory().pluggedFor(spec.name(), wish.memory().get());
    }

    ResizeRequest.MachineResizeOutcome apply(ResizeRequest wish)
            throws VmException, InterruptedException {
        check(machine.spec(), wish);
        try (QmpClient qmp = machine.qemu().control()) {
            // Memory first: the guest plugs it while the CPUs are switched.
            Optional<MemoryTarget> target = Optional.empty();
            if (wish.memory().isPresent()) target = Optional.of(request(qmp, wish.memory().get()));
            OptionalInt cpus =
                    wish.cpus().isPresent()
                            ? switchCpus(qmp, wish.cpus().getAsInt())
                            : OptionalInt.empty();
            if (target.isEmpty())
                return new ResizeRequest.MachineResizeOutcome.Done(cpus, Optional.empty());
            return wish.waits()
                    ? follow(qmp, target.get(), wish, cpus)
                    : requested(qmp, target.get(), cpus);
        } catch (QmpException e) {
            throw new VmException.Failed("cannot resize " + machine.spec().name(), e);
        }
    }

    /// The plugged memory that is wanted and the part that is requested. The guest is never asked
    /// to release more than it can spare, because it would kill processes to comply.
    private record MemoryTarget(Bytes wanted, Bytes requested) {
        boolean isCut() {
            return !wanted.equals(requested);
        }
    }

    private MemoryTarget request(QmpClient qmp, Bytes size)
            throws VmException, QmpException, InterruptedException {
        MemoryRange memory = machine.spec().memory();
        Bytes wanted = memory.pluggedFor(machine.spec().name(), size);
        if (memory.pluggable().equals(Bytes.ZERO)) return new MemoryTarget(wanted, wanted);
        Bytes now = QemuQueries.plugged(qmp);
        Bytes requested = wanted;
        if (wanted.isLessThan(now))
            requested = wanted.max(roundedUp(now.minus(guestMemory().spare())));
        QemuQueries.request(qmp, requested);
        return new MemoryTarget(wanted, requested);
    }

    private static Bytes roundedUp(Bytes size) {
        long block = MemoryRange.BLOCK.value();
        return Bytes.of((size.value() + block - 1) / block * block);
    }

    private ResizeRequest.MachineResizeOutcome requested(
            QmpClient qmp, MemoryTarget target, OptionalInt cpus)
            throws VmException, QmpException, InterruptedException {
        Bytes boot = machine.spec().memory().min();
        return target.isCut()
                ? tooSmall(boot.plus(QemuQueries.plugged(qmp)), target)
                : new ResizeRequest.MachineResizeOutcome.Requested(
                        cpus, boot.plus(target.wanted()));
    }

    private ResizeRequest.MachineResizeOutcome tooSmall(Bytes current, MemoryTarget target)
            throws VmException, InterruptedException {
        Bytes wanted = machine.spec().memory().min().plus(target.wanted());
        return new ResizeRequest.MachineResizeOutcome.Short(current, wanted, guestMemory().inUse());
    }

    private OptionalInt switchCpus(QmpClient qmp, int wanted)
            throws VmException, QmpException, InterruptedException {
        try (var guest = machine.guest(GUEST_ANSWER)) {
            int on =
                    switch (machine.run().cpuSwitching()) {
                        case IN_GUEST -> GuestCpus.set(guest, wanted);
                        case HOT_PLUG -> plug(qmp, guest, wanted);
                    };
            if (on == wanted) return OptionalInt.of(on);
            throw new VmException.Failed(
                    "%s has %d CPUs online, not %d".formatted(machine.spec().name(), on, wanted));
        } catch (GuestException e) {
            throw new VmException.Failed("cannot switch the CPUs of " + machine.spec().name(), e);
        }
    }

    /// Plugs or unplugs CPUs. A CPU is offline in the guest before QEMU removes it. A change that
    /// an earlier command left incomplete is completed, too.
    private int plug(QmpClient qmp, GuestChannel guest, int wanted)
            throws VmException, QmpException, GuestException, InterruptedException {
        String name = machine.spec().name();
        var slots = new CpuSlots(qmp);
        slots.plugUpTo(wanted);
        if (!GuestCpus.awaitPresent(guest, wanted, PLUG_TIMEOUT)) {
            throw new VmException.Failed(
                    "the guest of %s has not detected its new CPUs within %d s"
                            .formatted(name, PLUG_TIMEOUT.toSeconds()));
        }
        int on = GuestCpus.set(guest, wanted);
        return switch (slots.unplugDownTo(wanted, PLUG_TIMEOUT)) {
            case CpuSlots.UnplugResult.Gone _ -> GuestCpus.online(guest);
            case CpuSlots.UnplugResult.Refused(int cpu) ->
                    throw new VmException.Failed(
                            "%s has %d CPUs online, but its kernel refuses to release CPU %d"
                                    .formatted(name, on, cpu));
            case CpuSlots.UnplugResult.Unanswered(int cpu) ->
                    throw new VmException.Failed(
                            "%s has %d CPUs online, but has not released CPU %d within %d s"
                                    .formatted(name, on, cpu, PLUG_TIMEOUT.toSeconds()));
        };
    }

    private ResizeRequest.MachineResizeOutcome follow(
            QmpClient qmp, MemoryTarget target, ResizeRequest wish, OptionalInt cpus)
            throws VmException, QmpException, InterruptedException {
        MemoryRange memory = machine.spec().memory();
        if (memory.pluggable().equals(Bytes.ZERO))
            return new ResizeRequest.MachineResizeOutcome.Done(cpus, wish.memory());
        Bytes before = QemuQueries.plugged(qmp);
        Moment deadline = now().plus(wish.within());
        var watch = MemoryResizeWatch.begin(target.requested(), before, now(), wish.within());
        while (true) {
            switch (watch.next(QemuQueries.plugged(qmp), now())) {
                case MemoryResizeWatch.WatchStep.Done _ -> {
                    if (before.isLessThan(target.requested())
                            && !awaitInGuest(qmp, target.requested(), deadline))
                        return new ResizeRequest.MachineResizeOutcome.Growing(
                                memory.min().plus(target.requested()),
                                memory.min().plus(target.wanted()));
                    return target.isCut()
                            ? tooSmall(memory.min().plus(target.requested()), target)
                            : new ResizeRequest.MachineResizeOutcome.Done(cpus, wish.memory());
                }
                case MemoryResizeWatch.WatchStep.Poll(var next) -> watch = next;
                case MemoryResizeWatch.WatchStep.Resubmit(var next) -> {
                    nudge(qmp, next.seen(), target.requested());
                    watch = next;
                }
                case MemoryResizeWatch.WatchStep.GiveUp(Bytes current)
                        when current.isLessThan(target.requested()) -> {
                    return new ResizeRequest.MachineResizeOutcome.Growing(
                            memory.min().plus(current), memory.min().plus(target.wanted()));
                }
                case MemoryResizeWatch.WatchStep.GiveUp(Bytes current) -> {
                    // The request is withdrawn, so that the guest does not release the rest later.
                    QemuQueries.request(qmp, current);
                    return tooSmall(memory.min().plus(current), target);
                }
            }
            Thread.sleep(PAUSE);
        }
    }

    /// Requests one block less of the change, and then the full change again.
    private static void nudge(QmpClient qmp, Bytes current, Bytes requested)
            throws QmpException, InterruptedException {
        QemuQueries.request(
                qmp,
                current.isLessThan(requested)
                        ? requested.minus(MemoryRange.BLOCK)
                        : requested.plus(MemoryRange.BLOCK));
        QemuQueries.request(qmp, requested);
    }

    /// Waits until the guest's kernel has the memory online. QEMU counts a block as soon as the
    /// guest has requested it. The guest's kernel must still set it up, which takes time in a full
    /// and busy guest.
    private boolean awaitInGuest(QmpClient qmp, Bytes plugged, Moment deadline)
            throws VmException, QmpException, InterruptedException {
        long address = QemuQueries.address(qmp);
        do {
            try (var guest = machine.guest(GUEST_ANSWER)) {
                while (!now().isAfter(deadline)) {
                    if (!GuestMemory.onlineFrom(address, guest).isLessThan(plugged)) return true;
                    Thread.sleep(LONGER_PAUSE);
                }
            } catch (GuestException _) {
                Thread.sleep(LONGER_PAUSE); // the guest is busy with the memory
            }
        } while (!now().isAfter(deadline));
        return false;
    }

    private GuestMemory guestMemory() throws VmException, InterruptedException {
        try (var guest = machine.guest(GUEST_ANSWER)) {
            return GuestMemory.of(guest);
        } catch (GuestException e) {
            throw new VmException.Failed("cannot see what " + machine.spec().name() + " uses", e);
        }
    }

    private static Moment now() {
        return new Moment(System.nanoTime());
    }
}
