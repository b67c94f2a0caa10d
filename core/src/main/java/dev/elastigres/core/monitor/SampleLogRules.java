package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;

/// When usage is worth a line in the log.
///
/// @param fraction a change of this part of what was logged last is worth a line, at least 0
/// @param amount so is a change by this much
/// @param silence after this long, a line is due without any change
public record SampleLogRules(double fraction, Bytes amount, Duration silence) {
    public static final SampleLogRules DEFAULT =
            new SampleLogRules(0.125, Bytes.ofMebibytes(128), Duration.ofSeconds(15));

    public SampleLogRules {
        if (!(fraction >= 0)) throw new IllegalArgumentException("not a fraction: " + fraction);
    }

    /// Whether `usage` is to be logged, `elapsed` after `logged` was.
    public boolean isDue(Bytes logged, Bytes usage, Duration elapsed) {
        Bytes change = usage.max(logged).minus(usage.min(logged));
        return elapsed.compareTo(silence) >= 0
                || change.compareTo(logged.times(fraction)) > 0
                || change.compareTo(amount) > 0;
    }
}
