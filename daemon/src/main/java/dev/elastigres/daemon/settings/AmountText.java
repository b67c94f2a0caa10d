package dev.elastigres.daemon.settings;

import java.util.List;
import java.util.OptionalLong;

/// Parses and formats whole numbers with a unit.
final class AmountText {
    /// A unit.
    ///
    /// @param size number of smallest units in it
    /// @param names its names, in any case; the first one is printed
    record AmountUnit(long size, List<String> names) {}

    /// Units of memory, largest first as in all lists of units here. A number without a unit counts
    /// bytes.
    static final List<AmountUnit> BYTES =
            List.of(
                    unit(1L << 40, "TiB", "TB", "T"),
                    unit(1L << 30, "GiB", "GB", "G"),
                    unit(1L << 20, "MiB", "MB", "M"),
                    unit(1L << 10, "KiB", "KB", "K"),
                    unit(1, "", "B"));

    /// Units of time. A number without a unit is invalid.
    static final List<AmountUnit> MILLISECONDS =
            List.of(unit(3_600_000, "h"), unit(60_000, "m"), unit(1000, "s"), unit(1, "ms"));

    private static final int MAX_DIGITS = 18;

    private AmountText() {}

    /// Returns the amount in the smallest unit, [Long#MAX_VALUE] if it is larger; empty if `text`
    /// is not an amount.
    static OptionalLong parse(String text, List<AmountUnit> units) {
        int digits = 0;
        while (digits < text.length() && isDigit(text.charAt(digits))) digits++;
        if (digits == 0) return OptionalLong.empty();
        String name = text.substring(digits).strip();

        for (AmountUnit unit : units) {
            if (unit.names.stream().noneMatch(name::equalsIgnoreCase)) continue;
            if (digits > MAX_DIGITS) return OptionalLong.of(Long.MAX_VALUE);
            long count = Long.parseLong(text.substring(0, digits));
            boolean tooMany = count > Long.MAX_VALUE / unit.size;
            return OptionalLong.of(tooMany ? Long.MAX_VALUE : count * unit.size);
        }
        return OptionalLong.empty();
    }

    /// Formats `value` in the largest unit of which it is a whole number.
    static String print(long value, List<AmountUnit> units) {
        for (AmountUnit unit : units)
            if (value % unit.size == 0 && (value != 0 || unit.size == 1))
                return value / unit.size + unit.names.getFirst();
        throw new IllegalArgumentException("the smallest of all units must be 1");
    }

    private static AmountUnit unit(long size, String... names) {
        return new AmountUnit(size, List.of(names));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
