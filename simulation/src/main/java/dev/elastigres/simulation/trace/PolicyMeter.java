package dev.elastigres.simulation.trace;

import dev.elastigres.core.monitor.MemoryRules;
import dev.elastigres.core.scaling.SizeShape;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;

/// Measures the cost and the shortages of a policy's sizes, second by second.
final class PolicyMeter {
    private final Prices prices;
    private final CpuQueue queue = new CpuQueue();
    private final SizeHistory.Recorder sizes = new SizeHistory.Recorder();
    private final ElasticityMeter elasticity = new ElasticityMeter();
    private double cost;
    private long seconds;
    private long shortSeconds;
    private double missing;
    private boolean atRisk;
    private int oomRisks;
    private int resizes;

    PolicyMeter(Prices prices) {
        this.prices = prices;
    }

    /// Returns the work that waits for a CPU, in CPU-seconds.
    double backlog() {
        return queue.backlog();
    }

    /// Counts a resize.
    void resized() {
        resizes++;
    }

    void second(Resources size, TracePoint demand) {
        double wantedCpus = demand.cpus() + queue.backlog();
        queue.second(seconds, demand.cpus(), size.vcpus());
        sizes.add(size);
        elasticity.second(size, demand);
        seconds++;
        cost += prices.perSecond(size);
        Bytes usable = MemoryRules.DEFAULT.usable(size.memory());
        double lacks =
                Math.max(
                        lacks(size.vcpus(), wantedCpus),
                        lacks((double) usable.value(), (double) demand.memory().value()));
        if (lacks > 0) shortSeconds++;
        missing += lacks;
        boolean risk = usable.isLessThan(demand.memory());
        if (risk && !atRisk) oomRisks++;
        atRisk = risk;
    }

    private static double lacks(double present, double wanted) {
        return wanted > present ? 1 - present / wanted : 0;
    }

    PolicyResult result(String policy, SizeShape shape) {
        double hours = seconds / 3600.0;
        return new PolicyResult(
                policy,
                shape,
                cost,
                Double.NaN,
                (double) shortSeconds / seconds,
                shortSeconds == 0 ? 0 : missing / shortSeconds,
                queue.delayPercentile(0.99, seconds),
                oomRisks,
                resizes / hours,
                elasticity.result(resizes, hours),
                sizes.history());
    }
}
