package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import java.util.Optional;

/// The VM's memory: what the agent announced, and what is there.
///
/// @param announced by the agent last, as the hypervisor counts it; empty before its first word
/// @param observed what the kernel shows as its total
public record Memory(Optional<Bytes> announced, Bytes observed) {

    /// What may be spent: never more than is there. An announcement can run ahead of the memory,
    /// and a downscale that was agreed to must be respected before the memory goes.
    public Bytes usable(MemoryRules rules) {
        return announced.map(total -> rules.usable(total).min(observed)).orElse(observed);
    }

    /// How much of what was announced is there: all of it, or what the kernel shows while the rest
    /// is on its way.
    Bytes applied(MemoryRules rules) {
        return announced
                .filter(total -> !observed.isLessThan(rules.usable(total)))
                .orElse(observed);
    }

    Memory announce(Bytes total) {
        return new Memory(Optional.of(total), observed);
    }

    Memory observe(Bytes total) {
        return new Memory(announced, total);
    }
}
