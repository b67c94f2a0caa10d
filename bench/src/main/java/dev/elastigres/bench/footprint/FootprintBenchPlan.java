package dev.elastigres.bench.footprint;

import java.time.Duration;

/// Parameters of the footprint benchmark.
///
/// @param watch time for which each process is observed
/// @param starts number of starts of each program, of which the median is reported
record FootprintBenchPlan(Duration watch, int starts) {
    FootprintBenchPlan {
        if (watch.toSeconds() < 5 || watch.toSeconds() > 3600)
            throw new IllegalArgumentException("--seconds takes 5 to 3600");
        if (starts < 1 || starts > 100)
            throw new IllegalArgumentException("--starts takes 1 to 100");
    }
}
