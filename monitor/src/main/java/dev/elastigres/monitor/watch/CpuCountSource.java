package dev.elastigres.monitor.watch;

import java.util.OptionalDouble;

/// Source of the number of CPUs that Postgres has.
@FunctionalInterface
public interface CpuCountSource {

    /// Returns the number of CPUs, possibly fractional; empty if it cannot be read.
    OptionalDouble count();
}
