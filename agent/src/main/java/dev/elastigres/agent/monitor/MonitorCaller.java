package dev.elastigres.agent.monitor;

import dev.elastigres.agent.endpoint.Endpoint;
import dev.elastigres.agent.monitor.MonitorSession.Hearing;
import dev.elastigres.daemon.log.Causes;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// Calls one VM's monitor again and again, for as long as it runs.
///
/// @param switchboard shared by all
/// @param door where the monitor is, or why nobody knows
/// @param waits how long for what
public record MonitorCaller(
        Switchboard switchboard, Supplier<Endpoint> door, Waits waits, Hearing hearing) {

    /// @param connect for a connection and its handshake
    /// @param healthEvery between two health checks
    /// @param healthFails for this long they may come to nothing
    /// @param reconnect the least time between the beginnings of two connections
    /// @param spread makes each wait a little longer
    public record Waits(
            Duration connect,
            Duration healthEvery,
            Duration healthFails,
            Duration reconnect,
            UnaryOperator<Duration> spread) {}

    /// Runs until it is interrupted.
    public void run() throws InterruptedException {
        for (long number = 1; ; number++) {
            long notBefore = System.nanoTime() + waits.spread.apply(waits.reconnect).toNanos();
            switch (door.get()) {
                case Endpoint.At monitor -> call(monitor, number);
                case Endpoint.Unreachable(String why) -> hearing.failed(why);
                case Endpoint.Unused() -> hearing.unused();
            }
            long rest = notBefore - System.nanoTime();
            if (rest > 0) Thread.sleep(Duration.ofNanos(rest));
        }
    }

    private void call(Endpoint.At monitor, long number) throws InterruptedException {
        try (MonitorLink link = switchboard.open(monitor.uri(), waits.connect)) {
            var session = new MonitorSession(number, link, hearing);
            hearing.opened(session);
            hearing.ended(
                    session,
                    session.serve(waits.spread.apply(waits.healthEvery), waits.healthFails));
        } catch (LinkException e) {
            hearing.failed(monitor.withRemedy(Causes.chain(e)));
        }
    }
}
