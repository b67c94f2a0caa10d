package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;

/// Rules that decide when usage is logged.
///
/// @param fraction log a change by more than this fraction of the last logged value, at least 0
/// @param amount log a change by more than this amount
/// @param silence log after this time even without a change
public record SampleLogRules(double fraction, Bytes amount, Duration silence) {
    public static final SampleLogRules DEFAULT =
            new SampleLogRules(0.125, Bytes.ofMebibytes(128), Duration.ofSeconds(15));

    public SampleLogRules {
        if (!(fraction >= 0)) throw new IllegalArgumentException("not a fraction: " + fraction);
    }

    /// Returns whether `usage` is to be logged, `elapsed` after `logged` was.
    public boolean isDue(Bytes logged, Bytes usage, Duration elapsed) {
        Bytes change = usage.max(logged).minus(usage.min(logged));
        return elapsed.compareTo(silence) >= 0
                || change.compareTo(logged.times(fraction)) > 0
                || change.compareTo(amount) > 0;
    }
}
