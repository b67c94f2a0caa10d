package dev.elastigres.cli.rules;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.state.MemoryRange;
import java.util.Optional;

/// Parses sizes such as `4:16GiB`.
public final class SizeParser {
    private static final double MAX_CPUS = 100_000;

    private SizeParser() {}

    /// Returns the size; empty if the text is not one, or a part of it is zero.
    public static Optional<Resources> parse(String text) {
        int colon = text.indexOf(':');
        try {
            double cpus = Double.parseDouble(text.substring(0, Math.max(0, colon)));
            Bytes memory = MemoryRange.parseSize(text.substring(colon + 1));
            if (cpus > 0 && cpus <= MAX_CPUS && !memory.equals(Bytes.ZERO))
                return Optional.of(new Resources(cpus, memory));
        } catch (NumberFormatException | VmException.Refused _) {
            // Not a size, like amounts that are out of range.
        }
        return Optional.empty();
    }
}
