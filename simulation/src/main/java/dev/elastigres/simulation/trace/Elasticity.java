package dev.elastigres.simulation.trace;

/// Measures how closely a size followed demand, as defined by the SPEC Research Group ("Ready for
/// Rain? A View from SPEC Research on the Future of Cloud Metrics", 2016). CPU and memory count
/// half each. Demand for memory includes the working set.
///
/// @param underAccuracy θU: missing fraction of the demand, averaged over all time
/// @param overAccuracy θO: surplus relative to the demand, averaged over all time
/// @param underTimeshare τU: fraction of time with less than the demand
/// @param overTimeshare τO: fraction of time with more than the demand
/// @param jitter changes of the size minus changes of the demand, per hour
public record Elasticity(
        double underAccuracy,
        double overAccuracy,
        double underTimeshare,
        double overTimeshare,
        double jitter) {}
