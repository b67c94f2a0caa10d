package dev.elastigres.core.scaling;

import java.util.Optional;

/// What is known of a VM's load.
///
/// @param windows the working set of Postgres' cache, where it is measured
public record Metrics(Optional<HostMetrics> host, Optional<Windows> windows) {
    public static final Metrics NONE = new Metrics(Optional.empty(), Optional.empty());
}
