package dev.elastigres.monitor.watch;

import java.util.OptionalDouble;

/// How many CPUs Postgres has.
@FunctionalInterface
public interface CpuCountSource {

    /// Empty when it cannot be read.
    OptionalDouble count();
}
