package dev.elastigres.simulation.trace;

/// How closely a size followed demand, by the measures of the SPEC Research Group ("Ready for Rain?
/// A View from SPEC Research on the Future of Cloud Metrics", 2016). CPU and memory count half
/// each. Demand for memory includes the working set.
///
/// @param underAccuracy θU: how much of the demand was missing, averaged over all time
/// @param overAccuracy θO: how much more there was than demand, relative to demand, averaged over
///     all time
/// @param underTimeshare τU: the fraction of time with less than the demand
/// @param overTimeshare τO: the fraction of time with more than the demand
/// @param jitter changes of the size less changes of the demand, in an hour
public record Elasticity(
        double underAccuracy,
        double overAccuracy,
        double underTimeshare,
        double overTimeshare,
        double jitter) {}
