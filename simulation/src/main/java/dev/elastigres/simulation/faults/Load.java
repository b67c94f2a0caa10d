package dev.elastigres.simulation.faults;

import dev.elastigres.core.scaling.CpuUse;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.Metrics;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// What runs in a VM: CPUs that it wants and memory that it uses, changed now and then.
final class Load {
    private static final Bytes KERNEL = Bytes.ofMebibytes(60);

    private final Chance chance;
    private double cpus;
    private Bytes used = Bytes.ofMebibytes(100);

    Load(Chance chance) {
        this.chance = chance;
    }

    /// Never more than the VM could have at its largest: beyond that no agent can help.
    void change(Resources most) {
        cpus = chance.from(0, 100) / 100.0 * most.vcpus();
        used = most.memory().times(chance.from(2, 60) / 100.0);
    }

    Bytes used() {
        return used;
    }

    Metrics metrics(Resources size) {
        double busy = Math.min(cpus, size.vcpus());
        double pressure = cpus <= size.vcpus() ? 0 : 1 - size.vcpus() / cpus;
        Bytes total = size.memory().minus(KERNEL);
        var host =
                new HostMetrics(
                        cpus,
                        cpus,
                        total,
                        total.minus(used),
                        Bytes.ZERO,
                        Optional.of(new CpuUse(busy, pressure)));
        return new Metrics(Optional.of(host), Optional.empty());
    }
}
