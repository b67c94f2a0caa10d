package dev.elastigres.core.agent;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.Optional;

/// Minimum memory of a VM after a kill because memory ran out. What it has beyond the memory at the
/// kill decays over a little more than a day, one compute unit at a time.
///
/// @param killedAt memory with which the kill happened
/// @param memory the minimum right after the kill, rounded up to whole units where the memory at
///     the kill is known; not capped by the VM's maximum
/// @param step memory of one compute unit
/// @param until when the floor ends
public record MemoryFloor(Bytes killedAt, Bytes memory, Bytes step, Moment until) {
    /// Duration of the floor. A job that runs once a day and was killed meets it on the next day.
    public static final Duration KEPT = Duration.ofHours(26);

    /// Minimum growth factor over the memory at the kill. One unit alone could let a large VM be
    /// killed many times on the way up.
    private static final double MIN_GROWTH = 1.2;

    /// Returns the floor after a kill: the memory at the kill plus one unit or a fifth, whichever
    /// is more, rounded up to whole units and to a size that the driver can make.
    ///
    /// @param killedAt memory at the time of the kill; empty if it was raised since
    /// @param current the VM's current memory, the floor if `killedAt` is empty
    static MemoryFloor after(
            Optional<Bytes> killedAt, Moment at, Bytes current, SizeLimits limits) {
        Bytes memory = killedAt.map(it -> above(it, limits)).orElse(current);
        return new MemoryFloor(
                killedAt.orElse(current), memory, limits.unit().memory(), at.plus(KEPT));
    }

    private static Bytes above(Bytes limit, SizeLimits limits) {
        Bytes more = limit.plus(limits.unit().memory()).max(limit.times(MIN_GROWTH));
        return limits.wholeUnits(new Resources(0, more)).memory();
    }

    /// Returns the minimum at `now`.
    public Bytes at(Moment now) {
        return memory.minus(new Bytes(step.value() * lost(now)));
    }

    /// Returns the number of units by which the floor has decayed: none of the last one.
    private long lost(Moment now) {
        long steps = steps();
        double left = (double) until.since(now).toNanos() / KEPT.toNanos();
        return steps - Math.clamp((long) Math.ceil(steps * left), Math.min(1, steps), steps);
    }

    /// Returns the number of whole units above the memory at the kill.
    private long steps() {
        return memory.minus(killedAt).value() / step.value();
    }

    /// Returns when the floor next changes.
    Moment changesAt(Moment now) {
        long left = steps() - lost(now);
        if (left <= 1) return until;
        return until.plus(Duration.ofNanos((long) (-KEPT.toNanos() * ((left - 1.0) / steps()))));
    }

    /// Returns the higher of both floors, with the end of this one, the newer.
    MemoryFloor orHigher(MemoryFloor older, Moment now) {
        return at(now).isLessThan(older.at(now))
                ? new MemoryFloor(older.killedAt, older.at(now), step, until)
                : this;
    }
}
