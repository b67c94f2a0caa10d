package dev.elastigres.vm.state;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.vm.VmException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Minimum and maximum memory of a VM. It boots with the minimum; memory above it is plugged in
/// blocks.
public record MemoryRange(Bytes min, Bytes max) {
    /// Block size of plugged memory. Linux plugs and unplugs virtio-mem memory in blocks of at
    /// least 4 MiB. Larger blocks suit huge pages better; smaller ones waste less memory.
    public static final Bytes BLOCK = Bytes.ofMebibytes(8);

    /// Smallest minimum; with less, Linux and Postgres do not start.
    private static final Bytes MIN = Bytes.ofMebibytes(256);

    private static final Bytes MAX = Bytes.ofGibibytes(1024);
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([KMGT])(i?B)?");

    public MemoryRange {
        if (max.isLessThan(min) || max.minus(min).value() % BLOCK.value() != 0) {
            throw new IllegalArgumentException("no range of memory");
        }
    }

    /// Parses a range: `1G` or `512M..4G`.
    public static MemoryRange parse(String text) throws VmException.Refused {
        String[] ends = text.split("\\.\\.", 2);
        Bytes min = parseSize(ends[0]);
        Bytes max = ends.length == 1 ? min : parseSize(ends[1]);
        if (min.isLessThan(MIN) || max.isLessThan(min) || MAX.isLessThan(max)) {
            throw new VmException.Refused(
                    "%s is no range of memory from %s up to %s".formatted(text, MIN, MAX));
        }
        if (min.value() % BLOCK.value() != 0 || max.value() % BLOCK.value() != 0) {
            throw new VmException.Refused(
                    "both ends of %s must be multiples of %s".formatted(text, BLOCK));
        }
        return new MemoryRange(min, max);
    }

    /// Parses a size: `512M`, `2G` or `2GiB`.
    public static Bytes parseSize(String text) throws VmException.Refused {
        Matcher matcher = SIZE.matcher(text.strip());
        if (!matcher.matches()) {
            throw new VmException.Refused(
                    "\"%s\" is not a size of memory; write 512M or 2G".formatted(text));
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2).toUpperCase(Locale.ROOT).charAt(0)) {
            case 'K' -> Bytes.ofKibibytes(count);
            case 'M' -> Bytes.ofMebibytes(count);
            case 'G' -> Bytes.ofGibibytes(count);
            default -> Bytes.ofGibibytes(count * 1024);
        };
    }

    /// Returns the maximum amount of plugged memory.
    public Bytes pluggable() {
        return max.minus(min);
    }

    /// Returns the memory to plug for a total of `size`.
    ///
    /// @param name name of the VM, for messages
    /// @throws VmException.Refused if the size is out of range or not a whole number of blocks
    public Bytes pluggedFor(String name, Bytes size) throws VmException.Refused {
        if (size.isLessThan(min) || max.isLessThan(size)) {
            throw new VmException.Refused(
                    "%s can have %s of memory, not %s".formatted(name, this, size));
        }
        Bytes plugged = size.minus(min);
        long over = plugged.value() % BLOCK.value();
        if (over != 0) {
            Bytes below = size.minus(Bytes.of(over));
            throw new VmException.Refused(
                    "%s's memory comes in blocks of %s: %s or %s, not %s"
                            .formatted(name, BLOCK, below, below.plus(BLOCK), size));
        }
        return plugged;
    }

    @Override
    public String toString() {
        return min.equals(max) ? min.toString() : min + ".." + max;
    }
}
