package dev.elastigres.agent;

import dev.elastigres.core.agent.SizeLimits;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// The note on a VM that its compute unit keeps above its minimum.
final class UnitNote {
    private UnitNote() {}

    /// Empty for a VM that can have its minimum.
    static Optional<String> of(String vm, SizeLimits limits) {
        Resources smallest = limits.size(1);
        if (limits.min().covers(smallest)) return Optional.empty();
        return Optional.of(
                "%s never becomes smaller than %s, for its compute unit of %s, although its minimum is %s; smaller values of unit-cpus and unit-memory let it"
                        .formatted(
                                vm,
                                smallest.text(),
                                limits.unit().times(1).text(),
                                limits.min().text()));
    }
}
