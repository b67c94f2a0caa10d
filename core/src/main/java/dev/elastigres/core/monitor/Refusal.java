package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.Optional;

/// Reason for refusing a downscale. It provides both the answer to the agent and the log line.
public sealed interface Refusal {

    record TooFewSamples(int have, int need) implements Refusal {}

    record StaleSample(Duration age, Duration maxAge) implements Refusal {}

    record UsageUnreadable(String why) implements Refusal {}

    /// @param target requested memory
    /// @param threshold the threshold at that size
    /// @param used memory in use now
    /// @param buffer required distance between the two
    /// @param min smallest target that would be large enough now
    record TooMuchUsed(Bytes target, Bytes threshold, Bytes used, Bytes buffer, Bytes min)
            implements Refusal {}

    /// Unavailable memory of the whole machine would be too close to the limit of the smaller one.
    ///
    /// @param target requested memory
    /// @param limit maximum unavailable memory at that size
    /// @param unavailable memory that is unavailable now
    /// @param buffer required distance between the two
    /// @param min smallest target that would be large enough now
    record TooLittleAvailable(Bytes target, Bytes limit, Bytes unavailable, Bytes buffer, Bytes min)
            implements Refusal {}

    /// The cache cannot be reduced, so its memory cannot be removed.
    record CacheStuck(String why) implements Refusal {}

    /// A newer message of the agent superseded the request before it was answered.
    record Superseded() implements Refusal {}

    /// Returns a stable name for the wire, logs and metrics.
    default String code() {
        return switch (this) {
            case TooFewSamples _ -> "too_few_samples";
            case StaleSample _ -> "stale_sample";
            case UsageUnreadable _ -> "usage_unreadable";
            case TooMuchUsed _ -> "too_much_used";
            case TooLittleAvailable _ -> "too_little_available";
            case CacheStuck _ -> "cache_stuck";
            case Superseded _ -> "superseded";
        };
    }

    /// Returns the smallest memory to which a downscale would be accepted now, as far as memory
    /// decides; empty if no size helps.
    default Optional<Bytes> minMemory() {
        return switch (this) {
            case TooMuchUsed refusal -> Optional.of(refusal.min());
            case TooLittleAvailable refusal -> Optional.of(refusal.min());
            case TooFewSamples _, StaleSample _, UsageUnreadable _, CacheStuck _, Superseded _ ->
                    Optional.empty();
        };
    }

    /// Returns one readable clause with the numbers.
    default String text() {
        return switch (this) {
            case TooFewSamples(int have, int need) ->
                    "too few memory samples yet: " + have + " of " + need;
            case StaleSample(Duration age, Duration timeout) ->
                    "the last memory sample is "
                            + seconds(age)
                            + " old, more than "
                            + seconds(timeout);
            case UsageUnreadable(String why) -> "memory usage is unknown: " + why;
            case TooMuchUsed(Bytes target, Bytes threshold, Bytes used, Bytes buffer, Bytes _) ->
                    "Postgres uses "
                            + used
                            + ", and with "
                            + target
                            + " the threshold would be "
                            + threshold
                            + ": less than usage + "
                            + buffer;
            case TooLittleAvailable(
                            Bytes target,
                            Bytes limit,
                            Bytes unavailable,
                            Bytes buffer,
                            Bytes _) ->
                    unavailable
                            + " of the VM's memory is not available, whether Postgres, other"
                            + " processes or the kernel use it, and with "
                            + target
                            + " no more than "
                            + limit
                            + " may be: less than that + "
                            + buffer;
            case CacheStuck(String why) -> "the cache cannot be made smaller: " + why;
            case Superseded() -> "superseded by a newer message of the agent";
        };
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() / 1000.0 + "s";
    }
}
