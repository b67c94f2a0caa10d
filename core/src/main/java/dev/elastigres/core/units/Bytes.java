package dev.elastigres.core.units;

import java.util.Locale;

/// An amount of memory in bytes, never negative. Sums and differences saturate instead of
/// overflowing: the wire allows amounts up to 2^64-1, and no machine has more than [#MAX].
public record Bytes(long value) implements Comparable<Bytes> {
    public static final Bytes ZERO = new Bytes(0);

    /// Largest amount; larger ones saturate to it.
    public static final Bytes MAX = new Bytes(Long.MAX_VALUE);

    private static final long KIBI = 1L << 10;
    private static final long MEBI = 1L << 20;
    private static final long GIBI = 1L << 30;

    public Bytes {
        if (value < 0) throw new IllegalArgumentException("negative amount of memory: " + value);
    }

    public static Bytes of(long value) {
        return new Bytes(value);
    }

    public static Bytes ofKibibytes(long kibibytes) {
        return saturated(kibibytes, KIBI);
    }

    public static Bytes ofMebibytes(long mebibytes) {
        return saturated(mebibytes, MEBI);
    }

    public static Bytes ofGibibytes(long gibibytes) {
        return saturated(gibibytes, GIBI);
    }

    private static Bytes saturated(long count, long unit) {
        return count > Long.MAX_VALUE / unit ? MAX : new Bytes(count * unit);
    }

    public Bytes plus(Bytes other) {
        return value > Long.MAX_VALUE - other.value ? MAX : new Bytes(value + other.value);
    }

    /// Returns this amount minus `other`, or zero if `other` is larger.
    public Bytes minus(Bytes other) {
        return other.value >= value ? ZERO : new Bytes(value - other.value);
    }

    /// Returns this amount times `factor` (at least 0), rounded down.
    public Bytes times(double factor) {
        if (!(factor >= 0)) throw new IllegalArgumentException("not a factor of memory: " + factor);
        return new Bytes((long) (value * factor));
    }

    public Bytes min(Bytes other) {
        return value <= other.value ? this : other;
    }

    public Bytes max(Bytes other) {
        return value >= other.value ? this : other;
    }

    /// Returns the amount in whole mebibytes, rounded down.
    public long toMebibytes() {
        return value / MEBI;
    }

    public Bytes roundedDownToMebibytes() {
        return new Bytes(value - value % MEBI);
    }

    public Bytes roundedUpToMebibytes() {
        return plus(new Bytes(MEBI - 1)).roundedDownToMebibytes();
    }

    public boolean isLessThan(Bytes other) {
        return value < other.value;
    }

    // Written out because every start of a process compares amounts, and the JVM links a record's
    // generated methods at run time.
    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes(long that) && value == that;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(value);
    }

    @Override
    public int compareTo(Bytes other) {
        return Long.compare(value, other.value);
    }

    /// Returns readable text: `141MiB`, `1.50GiB`, `826.2MiB`; whole amounts have no fraction.
    @Override
    public String toString() {
        if (value >= GIBI) return in(GIBI, "GiB", "%.2f");
        if (value >= MEBI) return in(MEBI, "MiB", "%.1f");
        if (value >= KIBI) return in(KIBI, "KiB", "%.1f");
        return value + "B";
    }

    private String in(long unit, String name, String format) {
        if (value % unit == 0) return value / unit + name;
        return String.format(Locale.ROOT, format, (double) value / unit) + name;
    }
}
