package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.Optional;

/// Why a downscale is refused. The same value makes the answer to the agent and the line in the
/// log.
public sealed interface Refusal {

    record TooFewSamples(int have, int need) implements Refusal {}

    record StaleSample(Duration age, Duration maxAge) implements Refusal {}

    record UsageUnreadable(String why) implements Refusal {}

    /// @param target the memory asked for
    /// @param threshold what would be the threshold then
    /// @param used what is used now
    /// @param buffer what must lie between the two
    /// @param min the least target that would not be too small now
    record TooMuchUsed(Bytes target, Bytes threshold, Bytes used, Bytes buffer, Bytes min)
            implements Refusal {}

    /// All that uses memory leaves the smaller machine too little available.
    ///
    /// @param target the memory asked for
    /// @param limit what may be unavailable then
    /// @param unavailable what is unavailable now
    /// @param buffer what must lie between the two
    /// @param min the least target that would not be too small now
    record TooLittleAvailable(Bytes target, Bytes limit, Bytes unavailable, Bytes buffer, Bytes min)
            implements Refusal {}

    /// The cache cannot be made smaller, so its memory cannot be taken.
    record CacheStuck(String why) implements Refusal {}

    /// A newer message of the agent made this request pointless before it was answered.
    record Superseded() implements Refusal {}

    /// A stable name, for the wire, logs and metrics.
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

    /// The least memory to which a downscale would be agreed now, as far as memory says; empty
    /// where no size helps.
    default Optional<Bytes> minMemory() {
        return switch (this) {
            case TooMuchUsed refusal -> Optional.of(refusal.min());
            case TooLittleAvailable refusal -> Optional.of(refusal.min());
            case TooFewSamples _, StaleSample _, UsageUnreadable _, CacheStuck _, Superseded _ ->
                    Optional.empty();
        };
    }

    /// One readable clause with its numbers.
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
