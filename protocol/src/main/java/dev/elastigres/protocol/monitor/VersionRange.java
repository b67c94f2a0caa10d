package dev.elastigres.protocol.monitor;

import java.util.OptionalInt;

/// Range of protocol versions that a peer supports, both ends included. A version is one byte; 1 is
/// v1.0. See [ProtocolVersion].
public record VersionRange(int min, int max) {
    /// All versions that this project supports. Every range starts at 1, because some monitors
    /// abort otherwise.
    public static final VersionRange OURS =
            new VersionRange(ProtocolVersion.V1_0, ProtocolVersion.V1_1);

    public VersionRange {
        if (min < 0 || max > 255)
            throw new IllegalArgumentException("a version is a byte: " + min + " to " + max);
        if (min > max) throw new IllegalArgumentException("min " + min + " is above max " + max);
    }

    boolean contains(int version) {
        return min <= version && version <= max;
    }

    /// Returns the highest version in both ranges; empty without one.
    public OptionalInt highestShared(VersionRange other) {
        int highest = Math.min(max, other.max);
        return highest >= Math.max(min, other.min) ? OptionalInt.of(highest) : OptionalInt.empty();
    }

    @Override
    public String toString() {
        return min == max ? "version " + min : "versions " + min + " to " + max;
    }
}
