package dev.elastigres.core.scaling;

import java.util.Optional;

/// What is known of a VM's load.
///
/// @param windows the working set of Postgres' cache, where it is measured
public record VmMetrics(Optional<HostMetrics> host, Optional<WorkingSetWindows> windows) {
    public static final VmMetrics NONE = new VmMetrics(Optional.empty(), Optional.empty());
}
