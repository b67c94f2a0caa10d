package dev.elastigres.core.scaling;

/// What is known of a VM's CPU demand, beside its load averages.
public sealed interface CpuFigures {

    /// Measured over the last seconds.
    record Measured(CpuUsage use) implements CpuFigures {}

    /// The VM counts what its CPUs do, but there is no interval yet that says anything: a first
    /// page, or one too soon after another. Nothing is known of its CPU demand.
    record Pending() implements CpuFigures {}

    /// The VM does not count what its CPUs do. The load averages are all there is.
    record Unavailable() implements CpuFigures {}
}
