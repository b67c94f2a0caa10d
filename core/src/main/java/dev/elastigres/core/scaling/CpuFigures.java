package dev.elastigres.core.scaling;

/// Knowledge of a VM's CPU demand, apart from its load averages.
public sealed interface CpuFigures {

    /// Measured over the last few seconds.
    record Measured(CpuUsage use) implements CpuFigures {}

    /// The VM reports CPU times, but no usable interval exists yet: this is the first page, or it
    /// follows the previous one too soon. The CPU demand is unknown.
    record Pending() implements CpuFigures {}

    /// The VM reports no CPU times. Only its load averages are available.
    record Unavailable() implements CpuFigures {}
}
