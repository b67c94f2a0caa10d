package dev.elastigres.bench;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.StopRequest;
import dev.elastigres.vm.MigrationResult;
import dev.elastigres.vm.NewVmSpec;
import dev.elastigres.vm.ResizeRequest;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.guest.GuestException;
import dev.elastigres.vm.guest.GuestMemory;
import dev.elastigres.vm.qemu.AcceleratorChoice;
import dev.elastigres.vm.state.CpuRange;
import dev.elastigres.vm.state.MemoryRange;
import dev.elastigres.vm.state.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Times a VM's boots, restores, resizes and moves, one after the other, with an idle Postgres in
/// it.
final class VmBench {
    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final String NAME = "bench";
    private static final CpuRange CPUS = new CpuRange(1, 4);
    private static final Bytes SMALL = Bytes.ofMebibytes(512);
    private static final Bytes LARGE = Bytes.ofMebibytes(1536);

    /// The kernel keeps a small part of the plugged memory for itself.
    private static final Bytes CHANGE = LARGE.minus(SMALL).times(0.9);

    private final VmBenchPlan plan;
    private final VmManager machines;
    private final Path snapshot;
    private final Consumer<VmBenchRow> results;
    private final Consumer<String> progress;
    private final StopRequest stop;

    /// @param runs number of repetitions of each measurement
    record VmBenchPlan(int runs, Path image, AcceleratorChoice accelerator) {}

    /// @param machines manages the VM
    /// @param snapshot file of the saved VM, which remains
    /// @param results receives each row when it is complete
    /// @param progress receives lines of progress for an interactive user
    /// @param stop checked after each round
    VmBench(
            VmBenchPlan plan,
            VmManager machines,
            Path snapshot,
            Consumer<VmBenchRow> results,
            Consumer<String> progress,
            StopRequest stop) {
        this.plan = plan;
        this.machines = machines;
        this.snapshot = snapshot;
        this.results = results;
        this.progress = progress;
        this.stop = stop;
    }

    /// Runs the benchmark. No VM is left when this returns or throws.
    void run() throws HarnessException, VmException, GuestException, InterruptedException {
        var memory = new MemoryRange(SMALL, LARGE);
        machines.create(
                new NewVmSpec(
                        NAME,
                        CPUS,
                        memory,
                        Optional.of(plan.image()),
                        plan.accelerator(),
                        Network.closed()));
        try {
            measure("boot_to_sql", this::boot);
            machines.snapshot(NAME, snapshot);
            measure("restore_to_sql", this::restore);
            measureSizes();
            measureMoves();
        } finally {
            machines.delete(NAME);
        }
    }

    private long boot() throws VmException, InterruptedException {
        machines.kill(NAME);
        return start();
    }

    private long restore() throws VmException, InterruptedException {
        machines.delete(NAME);
        long before = System.nanoTime();
        machines.restore(NAME, snapshot, Network.closed());
        start();
        return System.nanoTime() - before;
    }

    private long start() throws VmException, InterruptedException {
        long before = System.nanoTime();
        machines.start(NAME, TIMEOUT);
        return System.nanoTime() - before;
    }

    private void measureSizes()
            throws HarnessException, VmException, GuestException, InterruptedException {
        var cpusUp = new LatencySamples(plan.runs());
        var cpusDown = new LatencySamples(plan.runs());
        var memoryUp = new LatencySamples(plan.runs());
        var memoryDown = new LatencySamples(plan.runs());
        for (int run = 1; run <= plan.runs(); run++) {
            begin("resize", run);
            cpusUp.add(switchCpus(CPUS.max()));
            cpusDown.add(switchCpus(CPUS.min()));
            Bytes small = total();
            Bytes grown = small.plus(CHANGE);
            memoryUp.add(plug(LARGE, seen -> !seen.isLessThan(grown)));
            Bytes shrunk = total().minus(CHANGE);
            memoryDown.add(plug(SMALL, seen -> !shrunk.isLessThan(seen)));
        }
        report("cpus_up_1_to_4", cpusUp);
        report("cpus_down_4_to_1", cpusDown);
        report("memory_up_by_1_gib", memoryUp);
        report("memory_down_by_1_gib", memoryDown);
    }

    /// Returns the time until the guest itself reports the CPUs as online or offline.
    private long switchCpus(int count) throws HarnessException, VmException, InterruptedException {
        long before = System.nanoTime();
        resize(OptionalInt.of(count), Optional.empty());
        return System.nanoTime() - before;
    }

    private long plug(Bytes size, Predicate<Bytes> isThere)
            throws HarnessException, VmException, GuestException, InterruptedException {
        long before = System.nanoTime();
        resize(OptionalInt.empty(), Optional.of(size));
        while (!isThere.test(total())) {
            if (System.nanoTime() - before > TIMEOUT.toNanos())
                throw new HarnessException("the guest's kernel does not show its new size");
            Thread.sleep(PAUSE);
        }
        return System.nanoTime() - before;
    }

    private void resize(OptionalInt cpus, Optional<Bytes> memory)
            throws HarnessException, VmException, InterruptedException {
        var outcome = machines.resize(NAME, new ResizeRequest(cpus, memory, true, TIMEOUT));
        if (!(outcome instanceof ResizeRequest.MachineResizeOutcome.Done))
            throw new HarnessException("the VM did not reach its new size: " + outcome);
    }

    private Bytes total() throws VmException, GuestException, InterruptedException {
        try (var guest = machines.running(NAME).guest(TIMEOUT)) {
            return GuestMemory.of(guest).total();
        }
    }

    private void measureMoves() throws HarnessException, VmException, InterruptedException {
        var total = new LatencySamples(plan.runs());
        var downtime = new LatencySamples(plan.runs());
        for (int run = 1; run <= plan.runs(); run++) {
            begin("migrate", run);
            MigrationResult moved = machines.migrate(NAME);
            total.add(moved.total().toNanos());
            downtime.add(moved.downtime().toNanos());
        }
        report("migrate_total", total);
        report("migrate_downtime", downtime);
    }

    private interface VmOperation {
        /// Returns the duration in nanoseconds.
        long run() throws VmException, InterruptedException;
    }

    private void measure(String what, VmOperation round)
            throws HarnessException, VmException, InterruptedException {
        var samples = new LatencySamples(plan.runs());
        for (int run = 1; run <= plan.runs(); run++) {
            begin(what, run);
            samples.add(round.run());
        }
        report(what, samples);
    }

    private void begin(String what, int run) throws HarnessException {
        stop.check();
        progress.accept("%s: %d of %d".formatted(what, run, plan.runs()));
    }

    private void report(String what, LatencySamples samples) throws VmException {
        var used = machines.running(NAME).run().accelerator();
        results.accept(new VmBenchRow(what, used, samples));
    }
}
