package dev.elastigres.simulation.trace;

import dev.elastigres.core.units.Bytes;

/// What a database wanted from one moment on.
///
/// @param second since the beginning
/// @param cpus CPUs' worth of work; finite and not negative
/// @param memory that it used and the kernel could not reclaim
/// @param workingSet that it would have liked to keep cached
public record TracePoint(long second, double cpus, Bytes memory, Bytes workingSet) {
    public TracePoint {
        if (!(cpus >= 0 && cpus <= Double.MAX_VALUE))
            throw new IllegalArgumentException("not a number of CPUs: " + cpus);
    }
}
