package dev.elastigres.simulation.trace;

import dev.elastigres.core.units.Resources;

/// Computes the measures of [Elasticity], second by second.
final class ElasticityMeter {
    private static final double NEARLY = 1e-9;

    private double under;
    private double over;
    private double underSeconds;
    private double overSeconds;
    private long seconds;
    private int demandChanges;
    private double lastCpus = -1;

    void second(Resources size, TracePoint demand) {
        double memory = (double) demand.memory().value() + demand.workingSet().value();
        count(size.vcpus(), demand.cpus());
        count((double) size.memory().value(), memory);
        if (lastCpus >= 0 && demand.cpus() != lastCpus) demandChanges++;
        lastCpus = demand.cpus();
        seconds++;
    }

    private void count(double supply, double demand) {
        double apart = demand <= NEARLY ? 0 : (supply - demand) / demand;
        if (apart < -NEARLY) {
            under -= apart / 2;
            underSeconds += 0.5;
        } else if (supply > demand + NEARLY) {
            over += apart / 2;
            overSeconds += 0.5;
        }
    }

    Elasticity result(int resizes, double hours) {
        return new Elasticity(
                under / seconds,
                over / seconds,
                underSeconds / seconds,
                overSeconds / seconds,
                (resizes - demandChanges) / hours);
    }
}
