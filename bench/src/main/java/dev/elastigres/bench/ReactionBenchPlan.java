package dev.elastigres.bench;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.List;

/// Parameters of the reaction benchmark.
///
/// @param bursts number of bursts of each rate
/// @param calm duration of the calm load, and of the noisy load
record ReactionBenchPlan(List<BurstRate> rates, int bursts, Duration calm) {
    private static final Duration LEAD = Duration.ofSeconds(1);
    private static final Bytes MIN_LEAD = Bytes.ofMebibytes(64);
    private static final Bytes MAX_LEAD = Bytes.ofMebibytes(512);
    private static final Bytes STEP_LEAD = Bytes.ofMebibytes(64);
    private static final Duration REST = Duration.ofMillis(300);
    private static final Bytes MIN_REST = Bytes.ofMebibytes(32);
    private static final Bytes MAX_REST = Bytes.ofMebibytes(200);
    private static final Bytes STEP_REST = Bytes.ofMebibytes(48);

    /// Returns how far below the threshold a burst begins. It bounds how early a request can come.
    /// It is large enough that every monitor sees the end of the last burst's shortage.
    static Bytes lead(BurstRate rate) {
        if (rate.isUnlimited()) return STEP_LEAD;
        return rate.within(LEAD).max(MIN_LEAD).min(MAX_LEAD);
    }

    /// Returns how far a burst goes beyond the threshold.
    static Bytes rest(BurstRate rate) {
        if (rate.isUnlimited()) return STEP_REST;
        return rate.within(REST).max(MIN_REST).min(MAX_REST);
    }
}
