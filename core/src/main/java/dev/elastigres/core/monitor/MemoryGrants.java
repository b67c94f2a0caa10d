package dev.elastigres.core.monitor;

import java.time.Duration;
import java.util.Optional;

/// Memory that is to arrive, and how long earlier grants took.
///
/// @param pending memory that was requested or announced and is not all present yet
/// @param delays delays of past grants
public record MemoryGrants(Optional<PendingMemory> pending, GrantDelays delays) {
    static final MemoryGrants NONE = new MemoryGrants(Optional.empty(), GrantDelays.NONE);

    MemoryGrants with(Optional<PendingMemory> awaited) {
        return new MemoryGrants(awaited, delays);
    }

    MemoryGrants withDelay(Duration delay) {
        return new MemoryGrants(pending, delays.with(delay));
    }
}
