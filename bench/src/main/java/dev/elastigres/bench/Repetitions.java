package dev.elastigres.bench;

/// Number of repetitions of each measurement.
///
/// @param warmUp rounds of each kind that are not counted
/// @param upscalesHung rounds after the monitor has detected that Postgres hangs
record Repetitions(int warmUp, int echoes, int healthChecks, int upscales, int upscalesHung) {
    static final Repetitions DEFAULT = new Repetitions(1_000, 5_000, 5_000, 1_000, 1_000);
}
