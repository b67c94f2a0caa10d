package dev.elastigres.bench;

/// How often each thing is measured.
///
/// @param warmUp rounds of each kind that are not counted
/// @param upscalesHung once Postgres is known to hang
record Repetitions(int warmUp, int echoes, int healthChecks, int upscales, int upscalesHung) {
    static final Repetitions DEFAULT = new Repetitions(1_000, 5_000, 5_000, 1_000, 1_000);
}
