package dev.elastigres.monitor.cache;

import dev.elastigres.core.units.Bytes;
import java.util.regex.Pattern;

/// Parses amounts of memory as users and Postgres write them: `64MB`, `1GiB`, `512kB`. All units
/// are powers of 1,024, as in Postgres.
final class MemorySize {
    private static final Pattern FORM = Pattern.compile("(\\d{1,12})\\s*([kKMGT])(?:i?B)");

    private MemorySize() {}

    /// Parses an amount of memory.
    ///
    /// @throws IllegalArgumentException if `text` is not an amount of memory
    static Bytes parse(String text) {
        var matcher = FORM.matcher(text.strip());
        if (!matcher.matches())
            throw new IllegalArgumentException(
                    "not an amount of memory, such as 64MB: " + text.strip());
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2).charAt(0)) {
            case 'M' -> Bytes.ofMebibytes(count);
            case 'G' -> Bytes.ofGibibytes(count);
            case 'T' -> Bytes.ofGibibytes(count).times(1024);
            default -> Bytes.ofKibibytes(count);
        };
    }
}
