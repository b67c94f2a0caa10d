package dev.elastigres.simulation.trace;

import dev.elastigres.core.monitor.MemoryRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;

/// Adds up what a VM's sizes cost and lacked, second by second.
final class Meter {
    private final ComputeUnit unit;
    private Resources last = Resources.ZERO;
    private double unitSeconds;
    private long seconds;
    private long shortSeconds;
    private double missing;
    private boolean atRisk;
    private int oomRisks;
    private int resizes;

    Meter(ComputeUnit unit) {
        this.unit = unit;
    }

    void second(Resources size, Sample wanted) {
        if (seconds > 0 && !size.equals(last)) resizes++;
        last = size;
        seconds++;
        unitSeconds += unit.filledBy(size);
        Bytes usable = MemoryRules.DEFAULT.usable(size.memory());
        double lacks =
                Math.max(
                        lacks(size.vcpus(), wanted.cpus()),
                        lacks((double) usable.value(), (double) wanted.memory().value()));
        if (lacks > 0) shortSeconds++;
        missing += lacks;
        boolean risk = usable.isLessThan(wanted.memory());
        if (risk && !atRisk) oomRisks++;
        atRisk = risk;
    }

    private static double lacks(double has, double wanted) {
        return wanted > has ? 1 - has / wanted : 0;
    }

    Verdict verdict(String policy) {
        double hours = seconds / 3600.0;
        return new Verdict(
                policy,
                unitSeconds / 3600,
                (double) shortSeconds / seconds,
                shortSeconds == 0 ? 0 : missing / shortSeconds,
                oomRisks,
                resizes / hours);
    }
}
