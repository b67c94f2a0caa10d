package dev.elastigres.core.agent;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.Optional;

/// Minimum memory of a VM after the whole VM was killed because memory ran out. It holds for one
/// hour after the kill.
///
/// @param memory the minimum, rounded up to whole units where the limit at the kill is known; not
///     capped by the VM's maximum
/// @param until when the floor ends
public record MemoryFloor(Bytes memory, Moment until) {
    /// Duration of the floor. During this time, a query that needs this much memory can be tried
    /// again.
    static final Duration KEPT = Duration.ofHours(1);

    /// Minimum growth factor over the limit at the kill. One unit alone could let a large VM be
    /// killed many times on the way up.
    private static final double MIN_GROWTH = 1.2;

    /// Returns the floor after a kill: the limit at the kill plus one unit or a fifth, whichever is
    /// more, rounded up to whole units and to a size that the driver can make.
    ///
    /// @param killedAt memory limit at the time of the kill; empty if it was raised since
    /// @param current the VM's current memory, the floor if `killedAt` is empty
    static MemoryFloor after(
            Optional<Bytes> killedAt, Moment at, Bytes current, SizeLimits limits) {
        Bytes memory = killedAt.map(it -> above(it, limits)).orElse(current);
        return new MemoryFloor(memory, at.plus(KEPT));
    }

    private static Bytes above(Bytes limit, SizeLimits limits) {
        Bytes more = limit.plus(limits.unit().memory()).max(limit.times(MIN_GROWTH));
        return limits.wholeUnits(new Resources(0, more)).memory();
    }

    /// Returns the higher of both floors, with the end of this one, the newer.
    MemoryFloor orHigher(MemoryFloor older) {
        return new MemoryFloor(memory.max(older.memory), until);
    }
}
