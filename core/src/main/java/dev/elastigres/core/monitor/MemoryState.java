package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import java.util.Optional;

/// The VM's announced and observed memory.
///
/// @param announced the last announcement of the live session, as the hypervisor counts it; empty
///     before the first
/// @param disputed whether a downscale to the announced memory would have been refused
/// @param observed total memory that the kernel shows
public record MemoryState(Optional<Bytes> announced, boolean disputed, Bytes observed) {
    /// Lower bound for fitting settings. An announcement that leaves Postgres less is a mistake of
    /// the agent.
    private static final Bytes MIN_FOR_SETTINGS = Bytes.ofMebibytes(256);

    static MemoryState observed(Bytes total) {
        return new MemoryState(Optional.empty(), false, total);
    }

    /// Returns the usable memory, never more than observed. An announcement can precede the memory,
    /// and an accepted downscale must be respected before the memory is removed.
    public Bytes usable(MemoryRules rules) {
        return announced.map(total -> rules.usable(total).min(observed)).orElse(observed);
    }

    /// Returns the memory that Postgres' settings are fitted to. A disputed announcement, to which
    /// a downscale would be refused, does not reduce it: such an announcement lowers the threshold
    /// for requests at once, but the settings follow only as memory is removed.
    public Bytes forSettings(MemoryRules rules) {
        Bytes followed = disputed ? observed : usable(rules);
        return followed.max(MIN_FOR_SETTINGS.min(observed));
    }

    /// Returns the applied memory as the hypervisor counts it: all that was announced, or what the
    /// kernel shows while the rest is pending.
    Bytes applied(MemoryRules rules) {
        return announced
                .filter(total -> !observed.isLessThan(rules.usable(total)))
                .orElse(observed);
    }

    MemoryState announce(Bytes total) {
        return new MemoryState(Optional.of(total), false, observed);
    }

    MemoryState withDisputed(Bytes total) {
        return new MemoryState(Optional.of(total), true, observed);
    }

    /// Drops the announcement: the agent that made it is gone and may never carry it out.
    MemoryState forgetAnnounced() {
        return observed(observed);
    }

    MemoryState observe(Bytes total) {
        return new MemoryState(announced, disputed, total);
    }
}
