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
/// @param cache how the cache is fitted to memory
/// @param backoff backoff of requests for memory
/// @param grants memory that is to arrive
/// @param cpus state of a CPU shortage
/// @param pending the answer that waits for Postgres
/// @param wakeAt when the next decision is due without an event
public record State(
        OptionalLong session,
        MemoryState memory,
        Bytes threshold,
        Optional<Shortage> shortage,
        CacheSizing cache,
        UpscaleBackoff backoff,
        MemoryGrants grants,
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
                CacheSizing.begin(memory.forSettings(rules.memory()), database),
                UpscaleBackoff.NEVER,
                MemoryGrants.NONE,
                CpuDemand.NONE,
                Optional.empty(),
                Optional.empty());
    }

    State with(OptionalLong live) {
        return new State(
                live, memory, threshold, shortage, cache, backoff, grants, cpus, pending, wakeAt);
    }

    State with(MemoryState changed) {
        return new State(
                session, changed, threshold, shortage, cache, backoff, grants, cpus, pending,
                wakeAt);
    }

    State withThreshold(Bytes usage) {
        return new State(
                session, memory, usage, shortage, cache, backoff, grants, cpus, pending, wakeAt);
    }

    State withShortage(Optional<Shortage> current) {
        return new State(
                session, memory, threshold, current, cache, backoff, grants, cpus, pending, wakeAt);
    }

    State with(CacheSizing changed) {
        return new State(
                session, memory, threshold, shortage, changed, backoff, grants, cpus, pending,
                wakeAt);
    }

    State with(UpscaleBackoff changed) {
        return new State(
                session, memory, threshold, shortage, cache, changed, grants, cpus, pending,
                wakeAt);
    }

    State with(MemoryGrants changed) {
        return new State(
                session, memory, threshold, shortage, cache, backoff, changed, cpus, pending,
                wakeAt);
    }

    State with(CpuDemand changed) {
        return new State(
                session, memory, threshold, shortage, cache, backoff, grants, changed, pending,
                wakeAt);
    }

    State withPending(Optional<PendingAnswer> answer) {
        return new State(
                session, memory, threshold, shortage, cache, backoff, grants, cpus, answer, wakeAt);
    }

    State withWakeAt(Optional<Moment> moment) {
        return new State(
                session, memory, threshold, shortage, cache, backoff, grants, cpus, pending,
                moment);
    }
}
