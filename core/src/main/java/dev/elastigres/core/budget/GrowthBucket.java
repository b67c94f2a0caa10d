package dev.elastigres.core.budget;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;

/// Token bucket that limits how fast the VMs of a host grow beyond their fair shares. It begins
/// full, and an empty one is full again after [#PERIOD].
///
/// @param cpus CPUs that may be taken now; fractions of a thousandth count
/// @param memory bytes that may be taken now
/// @param at when the amounts were computed
record GrowthBucket(double cpus, double memory, Moment at) {
    static final Duration PERIOD = Duration.ofSeconds(10);

    /// @param size most that may be taken at once
    static GrowthBucket full(Resources size, Moment now) {
        return new GrowthBucket(size.vcpus(), size.memory().value(), now);
    }

    /// Returns the bucket at `now`.
    GrowthBucket at(Resources size, Moment now) {
        double periods = now.isAfter(at) ? (double) now.since(at).toNanos() / PERIOD.toNanos() : 0;
        double bytes = size.memory().value();
        return new GrowthBucket(
                Math.min(size.vcpus(), cpus + size.vcpus() * periods),
                Math.min(bytes, memory + bytes * periods),
                now);
    }

    /// Returns what may be taken.
    Resources left() {
        return new Resources(Math.floor(cpus * 1000) / 1000, new Bytes((long) memory));
    }

    /// Returns the bucket without `taken`; empty if it had less.
    GrowthBucket without(Resources taken) {
        return new GrowthBucket(
                Math.max(0, cpus - taken.vcpus()),
                Math.max(0, memory - taken.memory().value()),
                at);
    }
}
