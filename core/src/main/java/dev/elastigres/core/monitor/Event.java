package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;

/// What happens to the runner of one watched Postgres.
public sealed interface Event {

    /// An agent finished its handshake. It replaces the one before it.
    ///
    /// @param hearsWhy whether it can be told what is short; others take every request for one for
    ///     memory
    record SessionStarted(long session, boolean hearsWhy) implements Event {}

    record SessionEnded(long session) implements Event {}

    record UpscaleNotified(long session, long id, Resources granted) implements Event {}

    record DownscaleRequested(long session, long id, Resources target) implements Event {}

    record HealthCheckReceived(long session, long id) implements Event {}

    /// The kernel's total of memory was read, and is not what it was.
    record MemoryObserved(Bytes total) implements Event {}

    /// Usage crossed the threshold, in either direction, or became known or unknown.
    record UsageChanged() implements Event {}

    /// The kernel said that memory is short, whatever usage is.
    record PressureReported(Shortage shortage) implements Event {}

    /// The CPUs of the last while.
    record CpusRead(CpuReading reading) implements Event {}

    record CacheSettled(CacheOutcome outcome) implements Event {}

    record DatabaseChanged(DatabaseState database) implements Event {}

    /// The time that [State#wakeAt] named has come.
    record TimerFired() implements Event {}
}
