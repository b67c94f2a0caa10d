package dev.elastigres.simulation.faults;

import dev.elastigres.core.scaling.CpuFigures;
import dev.elastigres.core.scaling.CpuUsage;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.simulation.time.SeededRandom;
import dev.elastigres.simulation.time.Timeline;
import java.time.Duration;
import java.util.Optional;

/// Load of a VM: CPU demand and memory usage that change at times, short bursts in some VMs, and
/// the guest's own work while memory is plugged or unplugged.
///
/// It counts CPU time like a kernel, so CPU usage follows from two pages.
final class SimulatedLoad {
    /// Bursts and resizes use all CPUs and leave further tasks waiting; each adds this multiple of
    /// the VM's CPUs to the demand.
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

    /// Memory that is being unplugged; it counts as used.
    private Bytes going = Bytes.ZERO;

    private boolean resizes;
    private boolean bursts;
    private Duration burstAt = Duration.ZERO.minus(APART);

    // Seconds counted up to `countedAt`.
    private double busy;
    private double waited;
    private Duration countedAt = Duration.ZERO;

    SimulatedLoad(Timeline time, SeededRandom random, Resources size) {
        this.time = time;
        this.random = random;
        this.size = size;
    }

    /// @param busy busy time of all CPUs, in seconds
    /// @param waited time in which some task waited for a CPU, in seconds
    record Page(Duration at, double busy, double waited, HostMetrics host) {}

    /// Changes the load, at most to what the VM can have at its maximum: no agent could do anything
    /// about more.
    void change(Resources max) {
        count();
        // Avoids values halfway between two units, where rounding of doubles would decide.
        cpus = (random.from(0, 99) + 0.37) / 100 * max.vcpus();
        used = max.memory().times(random.from(2, 60) / 100.0);
    }

    /// Keeps all CPUs busy for [#BURST]; bursts are further apart than the shortest CPU
    /// measurement.
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

    /// Records a size change.
    ///
    /// @param target the size that the machine is being resized to; its present size if there is no
    ///     resize
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

    /// Returns the metrics on a machine that is large enough for this load, with a margin for
    /// rounding.
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

    /// @param page the newer page
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
