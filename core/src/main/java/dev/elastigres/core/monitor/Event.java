package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;

/// Events of the runner of one watched Postgres.
public sealed interface Event {

    /// An agent finished its handshake. Its session replaces the previous one.
    ///
    /// @param understandsShortage whether the agent understands which resource is short; other
    ///     agents take every request for a request for memory
    record SessionStarted(long session, boolean understandsShortage) implements Event {}

    record SessionEnded(long session) implements Event {}

    record UpscaleNotified(long session, long id, Resources granted) implements Event {}

    record DownscaleRequested(long session, long id, Resources target) implements Event {}

    record HealthCheckReceived(long session, long id) implements Event {}

    /// The kernel's total memory was read and has changed.
    record MemoryObserved(Bytes total) implements Event {}

    /// Memory demand crossed a limit, in either direction, or became known or unknown.
    record UsageChanged() implements Event {}

    /// The kernel reported a memory shortage, independently of usage.
    record PressureReported(Shortage shortage) implements Event {}

    /// A reading of the CPUs was taken.
    record CpusRead(CpuReading reading) implements Event {}

    record CacheSettled(CacheOutcome outcome) implements Event {}

    record DatabaseChanged(DatabaseState database) implements Event {}

    /// The moment [State#wakeAt] has come.
    record TimerFired() implements Event {}
}
