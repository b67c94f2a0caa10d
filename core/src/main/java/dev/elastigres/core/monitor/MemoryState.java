package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import java.util.Optional;

/// The VM's memory: what the agent announced, and what is there.
///
/// @param announced by the live session last, as the hypervisor counts it; empty before its first
///     announcement
/// @param disputed whether a downscale to what was announced would have been refused
/// @param observed what the kernel shows as its total
public record MemoryState(Optional<Bytes> announced, boolean disputed, Bytes observed) {
    /// Settings are fitted to no less: what leaves Postgres less is a mistake of the agent.
    private static final Bytes MIN_FOR_SETTINGS = Bytes.ofMebibytes(256);

    static MemoryState observed(Bytes total) {
        return new MemoryState(Optional.empty(), false, total);
    }

    /// What may be spent: never more than is there. An announcement can run ahead of the memory,
    /// and a downscale that was agreed to must be respected before the memory goes.
    public Bytes usable(MemoryRules rules) {
        return announced.map(total -> rules.usable(total).min(observed)).orElse(observed);
    }

    /// The memory that Postgres' settings are fitted to. An announcement takes nothing from them
    /// that a downscale would not be given: it is followed in asking for more, and by the settings
    /// only as the memory goes.
    public Bytes forSettings(MemoryRules rules) {
        Bytes followed = disputed ? observed : usable(rules);
        return followed.max(MIN_FOR_SETTINGS.min(observed));
    }

    /// How much of what was announced is there: all of it, or what the kernel shows while the rest
    /// is on its way.
    Bytes applied(MemoryRules rules) {
        return announced
                .filter(total -> !observed.isLessThan(rules.usable(total)))
                .orElse(observed);
    }

    MemoryState announce(Bytes total) {
        return new MemoryState(Optional.of(total), false, observed);
    }

    MemoryState dispute(Bytes total) {
        return new MemoryState(Optional.of(total), true, observed);
    }

    /// Whoever announced it has gone, and may never carry it out.
    MemoryState forgetAnnounced() {
        return observed(observed);
    }

    MemoryState observe(Bytes total) {
        return new MemoryState(announced, disputed, total);
    }
}
