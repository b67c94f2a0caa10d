package dev.elastigres.vm.state;

import dev.elastigres.vm.VmException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Minimum and maximum number of CPUs of a VM.
public record CpuRange(int min, int max) {
    /// Upper bound of the maximum; QEMU's standard machine needs extra devices for more.
    private static final int MAX = 64;

    private static final Pattern FORM = Pattern.compile("(\\d{1,4})(?:\\.\\.(\\d{1,4}))?");

    public CpuRange {
        if (min < 1 || max < min || max > MAX)
            throw new IllegalArgumentException("no range of CPUs");
    }

    /// Parses a range: `2` or `1..4`.
    public static CpuRange parse(String text) throws VmException.Refused {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new VmException.Refused(
                    "\"%s\" is not a number of CPUs; write 2, or 1..4".formatted(text));
        }
        int min = Integer.parseInt(matcher.group(1));
        int max = matcher.group(2) == null ? min : Integer.parseInt(matcher.group(2));
        if (min < 1 || max < min || max > MAX) {
            throw new VmException.Refused(
                    "%s is no range of CPUs from 1 up to %d".formatted(text, MAX));
        }
        return new CpuRange(min, max);
    }

    public boolean contains(int count) {
        return min <= count && count <= max;
    }

    @Override
    public String toString() {
        return min == max ? String.valueOf(min) : min + ".." + max;
    }
}
