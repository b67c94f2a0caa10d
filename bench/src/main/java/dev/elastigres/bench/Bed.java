package dev.elastigres.bench;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.harness.BenchException;
import java.time.Duration;
import java.util.List;

/// Monitors, one for each rule, that watch the same memory; somebody who takes that memory and
/// gives it back; and an agent's sessions with all of them. All times are of one clock. One thread
/// uses it. Closing ends everything.
interface Bed extends AutoCloseable {

    /// A request for more, received.
    ///
    /// @param at in nanoseconds
    record Request(Rule rule, long at) {}

    List<Rule> rules();

    /// Where the monitor listens.
    HostPort monitor(Rule rule);

    /// What the kernel says is in use now.
    Bytes usage() throws BenchException, InterruptedException;

    /// Takes `amount` more; returns when all of it is in use.
    ///
    /// @param mark the part of it after which the time is noted; above zero, at most `amount`
    Growth grow(Rate rate, Bytes amount, Bytes mark) throws BenchException, InterruptedException;

    /// Gives back what [#grow] has taken.
    void drop() throws BenchException, InterruptedException;

    /// Gives back everything, then lets `level` be in use, to stay at the next [#drop]: or what
    /// there is anyway, when that is more.
    void rest(Bytes level) throws BenchException, InterruptedException;

    /// Begins a session with each monitor, as a new agent, which has heard no request yet.
    void listen() throws BenchException, InterruptedException;

    /// Ends the sessions.
    void hangUp() throws BenchException, InterruptedException;

    /// Every request of the sessions that were begun last.
    List<Request> heard() throws BenchException, InterruptedException;

    /// CPU time that the monitor has used since it was started.
    Duration cpu(Rule rule) throws BenchException, InterruptedException;

    @Override
    void close() throws BenchException;
}
