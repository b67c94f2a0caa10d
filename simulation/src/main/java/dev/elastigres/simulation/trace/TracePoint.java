package dev.elastigres.simulation.trace;

import dev.elastigres.core.units.Bytes;

/// Demand of a database from one moment until the next point.
///
/// @param second time in seconds since the start
/// @param cpus CPU-seconds of work per second; finite and not negative
/// @param memory memory in use that the kernel could not reclaim
/// @param workingSet data that the database would keep cached if it could
public record TracePoint(long second, double cpus, Bytes memory, Bytes workingSet) {
    public TracePoint {
        if (!(cpus >= 0 && cpus <= Double.MAX_VALUE))
            throw new IllegalArgumentException("not a number of CPUs: " + cpus);
    }
}
