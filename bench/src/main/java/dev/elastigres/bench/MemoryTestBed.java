package dev.elastigres.bench;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.harness.HarnessException;
import java.time.Duration;
import java.util.List;

/// Monitors, one for each rule, that watch the same memory; somebody who takes that memory and
/// gives it back; and an agent's sessions with all of them. All times are of one clock. One thread
/// uses it. Closing ends everything.
interface MemoryTestBed extends AutoCloseable {

    /// A request for more, received.
    ///
    /// @param at in nanoseconds
    record ReceivedRequest(SamplingRule rule, long at) {}

    List<SamplingRule> rules();

    /// Where the monitor listens.
    HostPort monitor(SamplingRule rule);

    /// What the kernel says is in use now.
    Bytes usage() throws HarnessException, InterruptedException;

    /// Takes `amount` more; returns when all of it is in use.
    ///
    /// @param mark the part of it after which the time is noted; above zero, at most `amount`
    BurstTimings grow(BurstRate rate, Bytes amount, Bytes mark)
            throws HarnessException, InterruptedException;

    /// Gives back what [#grow] has taken.
    void drop() throws HarnessException, InterruptedException;

    /// Gives back everything, then lets `level` be in use, to stay at the next [#drop]: or what
    /// there is anyway, when that is more.
    void rest(Bytes level) throws HarnessException, InterruptedException;

    /// Begins a session with each monitor, as a new agent, which has heard no request yet.
    void listen() throws HarnessException, InterruptedException;

    /// Ends the sessions.
    void hangUp() throws HarnessException, InterruptedException;

    /// Every request of the sessions that were begun last.
    List<ReceivedRequest> heard() throws HarnessException, InterruptedException;

    /// CPU time that the monitor has used since it was started.
    Duration cpu(SamplingRule rule) throws HarnessException, InterruptedException;

    @Override
    void close() throws HarnessException;
}
