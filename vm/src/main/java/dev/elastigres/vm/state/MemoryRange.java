package dev.elastigres.vm.state;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.vm.VmException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How little and how much memory a VM may have. It boots with the least; what is above that is
/// plugged in blocks.
public record MemoryRange(Bytes min, Bytes max) {
    /// Linux takes and gives virtio-mem memory in pieces of at least 4 MiB; larger ones are kinder
    /// to huge pages, smaller ones waste less.
    public static final Bytes BLOCK = Bytes.ofMebibytes(8);

    /// Below this, Linux and Postgres do not start.
    private static final Bytes MIN = Bytes.ofMebibytes(256);

    private static final Bytes MAX = Bytes.ofGibibytes(1024);
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([KMGT])(i?B)?");

    public MemoryRange {
        if (max.isLessThan(min) || max.minus(min).value() % BLOCK.value() != 0) {
            throw new IllegalArgumentException("no range of memory");
        }
    }

    /// `1G`, or `512M..4G`.
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

    /// `512M`, `2G`, `2GiB`.
    public static Bytes parseSize(String text) throws VmException.Refused {
        Matcher matcher = SIZE.matcher(text.strip());
        if (!matcher.matches()) {
            throw new VmException.Refused(
                    "\"%s\" is no size of memory; write 512M or 2G".formatted(text));
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2).toUpperCase(Locale.ROOT).charAt(0)) {
            case 'K' -> Bytes.ofKibibytes(count);
            case 'M' -> Bytes.ofMebibytes(count);
            case 'G' -> Bytes.ofGibibytes(count);
            default -> Bytes.ofGibibytes(count * 1024);
        };
    }

    /// The part that is plugged and unplugged.
    public Bytes pluggable() {
        return max.minus(min);
    }

    /// What has to be plugged for the VM to have `size` in all.
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
