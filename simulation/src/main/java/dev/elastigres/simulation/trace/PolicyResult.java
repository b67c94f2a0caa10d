package dev.elastigres.simulation.trace;

/// What one policy cost on a trace, and what it lacked.
///
/// @param policy its name
/// @param shape whether CPU and memory were sized together or each on its own
/// @param cost CPU-hours and GiB-hours at the prices of the run; with the default prices this is
///     compute units times hours
/// @param costRatio `cost` relative to the cheapest tied schedule that knows the future
/// @param shortShare the fraction of time in which work waited for a CPU, or memory was short
/// @param shortDepth how much of the demand was missing then, on average, from 0 to 1
/// @param delayP99 the 99th percentile of the time that work waited for a CPU, in seconds, weighted
///     by work
/// @param oomRisks how often memory in use came to exceed what there was
/// @param resizesPerHour how often the size changed
/// @param elasticity the measures of the SPEC Research Group
/// @param sizes the size over time
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
