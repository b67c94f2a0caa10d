package dev.elastigres.core.scaling;

import java.util.Optional;

/// Metrics of a VM, as far as they are known.
///
/// @param windows working set of Postgres' cache; empty where it is not measured
public record VmMetrics(Optional<HostMetrics> host, Optional<WorkingSetWindows> windows) {
    public static final VmMetrics NONE = new VmMetrics(Optional.empty(), Optional.empty());
}
