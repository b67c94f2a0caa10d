package dev.elastigres.simulation.trace;

import dev.elastigres.core.scaling.SizeShape;

/// Cost and shortages of one policy on a trace.
///
/// @param policy name of the policy
/// @param shape whether CPU and memory were sized together or independently
/// @param cost CPU-hours and GiB-hours at the prices of the run; with the default prices, compute
///     units times hours
/// @param costRatio `cost` relative to the cheapest schedule of whole units with knowledge of the
///     future
/// @param shortShare fraction of time in which work waited for a CPU or memory was short
/// @param shortDepth average missing fraction of the demand during shortages, from 0 to 1
/// @param delayP99 99th percentile of the time that work waited for a CPU, in seconds, weighted by
///     work
/// @param oomRisks number of times that memory in use rose above usable memory
/// @param resizesPerHour number of resizes per hour
/// @param elasticity measures of the SPEC Research Group
/// @param sizes sizes over time
public record PolicyResult(
        String policy,
        SizeShape shape,
        double cost,
        double costRatio,
        double shortShare,
        double shortDepth,
        double delayP99,
        int oomRisks,
        double resizesPerHour,
        Elasticity elasticity,
        SizeHistory sizes) {

    PolicyResult withCostRatioTo(double baseline) {
        return new PolicyResult(
                policy,
                shape,
                cost,
                baseline > 0 ? cost / baseline : Double.NaN,
                shortShare,
                shortDepth,
                delayP99,
                oomRisks,
                resizesPerHour,
                elasticity,
                sizes);
    }
}
