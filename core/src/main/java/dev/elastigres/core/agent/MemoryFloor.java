package dev.elastigres.core.agent;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.Optional;

/// The least memory of a VM that was killed for want of memory, kept for an hour after the kill.
///
/// @param memory of whole units, whatever the VM's maximum is
/// @param until when it no longer counts
public record MemoryFloor(Bytes memory, Moment until) {
    /// So long a query that needs as much may be tried again.
    static final Duration KEPT = Duration.ofHours(1);

    /// A large VM gets more than one unit, lest it is killed many times on the way.
    private static final double MIN_GROWTH = 1.2;

    /// @param killedAt the limit that it was killed at; empty where it was raised since
    /// @param current what the VM has
    static MemoryFloor after(
            Optional<Bytes> killedAt, Moment at, Bytes current, SizeLimits limits) {
        Bytes memory = killedAt.map(it -> above(it, limits)).orElse(current);
        return new MemoryFloor(memory, at.plus(KEPT));
    }

    private static Bytes above(Bytes limit, SizeLimits limits) {
        Bytes more = limit.plus(limits.unit().memory()).max(limit.times(MIN_GROWTH));
        var needed = new Resources(0, more);
        return limits.roundedUp(limits.unit().roundedUp(needed)).memory();
    }

    /// The higher of both, for as long as the newer one counts.
    MemoryFloor orHigher(MemoryFloor older) {
        return new MemoryFloor(memory.max(older.memory), until);
    }
}
