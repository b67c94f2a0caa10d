package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.util.Optional;
import java.util.OptionalLong;

/// All that the runner of one watched Postgres remembers.
///
/// @param session the live session with an agent
/// @param memory what was announced and what is there
/// @param threshold the usage from which more is asked for
/// @param shortage what memory is short of now; empty when it is not, or when usage is unknown
/// @param fitted the memory that the cache was last wished to be fitted to
/// @param refit when the cache is to be fitted to memory that has grown; empty when that is done
/// @param database the Postgres whose cache it is
/// @param backoff when more was asked for
/// @param pendingMemory memory that was asked for or announced, and is not all there yet
/// @param delays how long memory took to come
/// @param cpus whether they are short
/// @param pending the one answer that waits for Postgres
/// @param wakeAt when the next decision is due without any event
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

    /// Nobody connected, nothing announced: all that is there may be spent.
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
