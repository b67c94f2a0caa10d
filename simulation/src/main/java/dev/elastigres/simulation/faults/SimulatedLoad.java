package dev.elastigres.simulation.faults;

import dev.elastigres.core.scaling.CpuFigures;
import dev.elastigres.core.scaling.CpuUsage;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.simulation.time.Timeline;
import java.time.Duration;
import java.util.Optional;

/// What runs in a VM: CPUs that it wants and memory that it uses, changed now and then; short
/// bursts, in some VMs; and the guest's own work when memory is plugged and unplugged.
///
/// It counts as a kernel does: what the CPUs did is told by two pages.
final class SimulatedLoad {
    /// Bursts and the work of a resize take all the CPUs there are, and wait for as many again.
    private static final int OVERLOAD = 4;

    private static final Duration BURST = Duration.ofMillis(200);
    private static final Duration APART = Duration.ofSeconds(3);

    private static final double ROUNDING = 1e-6;
    private static final Bytes KERNEL = Bytes.ofMebibytes(60);

    private final Timeline time;
    private final SeededRandom random;
    private Resources size;
    private double cpus;
    private Bytes used = Bytes.ofMebibytes(100);

    /// Memory on its way out counts as used.
    private Bytes going = Bytes.ZERO;

    private boolean resizes;
    private boolean bursts;
    private Duration burstAt = Duration.ZERO.minus(APART);

    // Seconds, as counted until then.
    private double busy;
    private double waited;
    private Duration countedAt = Duration.ZERO;

    SimulatedLoad(Timeline time, SeededRandom random, Resources size) {
        this.time = time;
        this.random = random;
        this.size = size;
    }

    /// @param busy seconds of work of all CPUs
    /// @param waited seconds in which something waited for a CPU
    record Page(Duration at, double busy, double waited, HostMetrics host) {}

    /// Never more than the VM could have at its largest: beyond that no agent can help.
    void change(Resources max) {
        count();
        // Never halfway between two units, where sums of doubles would decide.
        cpus = (random.from(0, 99) + 0.37) / 100 * max.vcpus();
        used = max.memory().times(random.from(2, 60) / 100.0);
    }

    /// All CPUs at once, for [#BURST]; never twice while CPUs are measured at the shortest.
    void burst() {
        if (time.now().minus(burstAt).compareTo(APART) < 0) return;
        count();
        burstAt = time.now();
        bursts = true;
        time.after(
                BURST,
                () -> {
                    count();
                    bursts = false;
                });
    }

    /// @param target what the machine is being made; its size when it is not
    void resized(Resources now, Resources target) {
        count();
        size = now;
        resizes = !target.memory().equals(now.memory());
        going = now.memory().minus(target.memory());
    }

    private double demand() {
        double demand = cpus;
        if (bursts) demand += OVERLOAD * size.vcpus();
        if (resizes) demand += OVERLOAD * size.vcpus();
        return demand;
    }

    private void count() {
        double seconds = time.now().minus(countedAt).toNanos() / 1e9;
        double demand = demand();
        busy += seconds * Math.min(demand, size.vcpus());
        if (demand > size.vcpus()) waited += seconds * (1 - size.vcpus() / demand);
        countedAt = time.now();
    }

    Bytes used() {
        return used;
    }

    double cpus() {
        return cpus;
    }

    /// What it would show on a machine that is large enough for it, sums of doubles included.
    VmMetrics need() {
        double max = cpus + ROUNDING;
        Bytes enough = Bytes.ofGibibytes(1024);
        return new VmMetrics(
                Optional.of(
                        new HostMetrics(
                                max,
                                max,
                                enough,
                                enough.minus(used),
                                Bytes.ZERO,
                                new CpuFigures.Measured(new CpuUsage(max, 0)))),
                Optional.empty());
    }

    Page page() {
        count();
        Bytes total = size.memory().minus(KERNEL);
        var host =
                new HostMetrics(
                        cpus,
                        cpus,
                        total,
                        total.minus(used).minus(going),
                        Bytes.ZERO,
                        new CpuFigures.Pending());
        return new Page(time.now(), busy, waited, host);
    }

    /// @param page the newer one
    static VmMetrics between(Page base, Page page) {
        double seconds = page.at.minus(base.at).toNanos() / 1e9;
        HostMetrics host = page.host;
        if (seconds > 0)
            host =
                    host.with(
                            new CpuFigures.Measured(
                                    new CpuUsage(
                                            (page.busy - base.busy) / seconds,
                                            Math.clamp(
                                                    (page.waited - base.waited) / seconds, 0, 1))));
        return new VmMetrics(Optional.of(host), Optional.empty());
    }
}
