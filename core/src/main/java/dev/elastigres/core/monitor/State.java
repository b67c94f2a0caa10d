package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.util.Optional;
import java.util.OptionalLong;

/// State of the runner of one watched Postgres between two events.
///
/// @param session the live session with an agent
/// @param memory announced and observed memory
/// @param threshold usage from which the monitor requests more
/// @param shortage the current memory shortage; empty without one, or if usage is unknown
/// @param fitted memory of the last request to fit the cache
/// @param refit when to fit the cache to memory that has grown; empty if that is not pending
/// @param database state of the Postgres whose cache is managed
/// @param backoff backoff of requests for memory
/// @param pendingMemory memory that was requested or announced and is not all present yet
/// @param delays delays of past grants
/// @param cpus state of a CPU shortage
/// @param pending the answer that waits for Postgres
/// @param wakeAt when the next decision is due without an event
public record State(
        OptionalLong session,
        MemoryState memory,
        Bytes threshold,
        Optional<Shortage> shortage,
        Bytes fitted,
        Optional<Moment> refit,
        DatabaseState database,
        UpscaleBackoff backoff,
        Optional<PendingMemory> pendingMemory,
        GrantDelays delays,
        CpuDemand cpus,
        Optional<PendingAnswer> pending,
        Optional<Moment> wakeAt) {

    /// Returns the initial state: no session and no announcement, so all observed memory is usable.
    public static State begin(Bytes observed, DatabaseState database, MonitorRules rules) {
        MemoryState memory = MemoryState.observed(observed);
        Bytes usable = memory.usable(rules.memory());
        return new State(
                OptionalLong.empty(),
                memory,
                rules.memory().threshold(usable),
                Optional.empty(),
                memory.forSettings(rules.memory()),
                Optional.empty(),
                database,
                UpscaleBackoff.NEVER,
                Optional.empty(),
                GrantDelays.NONE,
                CpuDemand.NONE,
                Optional.empty(),
                Optional.empty());
    }
}
