package dev.elastigres.bench;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.harness.HarnessException;
import java.time.Duration;
import java.util.List;

/// Monitors that watch the same memory, one for each rule; a process that allocates and releases
/// that memory; and an agent's sessions with all monitors. All times are of one clock. Not
/// thread-safe. Closing ends everything.
interface MemoryTestBed extends AutoCloseable {

    /// An upscale request that was received.
    ///
    /// @param at in nanoseconds
    record ReceivedRequest(SamplingRule rule, long at) {}

    List<SamplingRule> rules();

    /// Returns the address of the monitor.
    HostPort monitor(SamplingRule rule);

    /// Returns the usage that the kernel shows.
    Bytes usage() throws HarnessException, InterruptedException;

    /// Allocates `amount` more; returns when all of it is in use.
    ///
    /// @param mark the part of it at which the time is recorded; above zero, at most `amount`
    BurstTimings grow(BurstRate rate, Bytes amount, Bytes mark)
            throws HarnessException, InterruptedException;

    /// Releases what [#grow] has allocated.
    void drop() throws HarnessException, InterruptedException;

    /// Releases everything, then sets the usage to `level`, which the next [#drop] keeps. The
    /// usage may be higher if other memory is in use anyway.
    void rest(Bytes level) throws HarnessException, InterruptedException;

    /// Opens a session with each monitor, as a new agent that has received no request yet.
    void openSessions() throws HarnessException, InterruptedException;

    /// Closes the sessions.
    void closeSessions() throws HarnessException, InterruptedException;

    /// Returns every request of the newest sessions.
    List<ReceivedRequest> requests() throws HarnessException, InterruptedException;

    /// Returns the CPU time of the monitor since its start.
    Duration cpu(SamplingRule rule) throws HarnessException, InterruptedException;

    @Override
    void close() throws HarnessException;
}
