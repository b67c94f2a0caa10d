package dev.elastigres.agent;

import dev.elastigres.core.agent.SizeLimits;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// Formats the note on a VM whose compute unit keeps it above its minimum.
final class UnitNote {
    private UnitNote() {}

    /// Returns the note; empty if the VM can shrink to its minimum.
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
