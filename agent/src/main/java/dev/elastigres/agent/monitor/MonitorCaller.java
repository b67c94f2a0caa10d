package dev.elastigres.agent.monitor;

import dev.elastigres.agent.monitor.MonitorSession.Hearing;
import dev.elastigres.daemon.log.Causes;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// Calls one VM's monitor again and again, for as long as it runs.
///
/// @param switchboard shared by all
/// @param door where the monitor is, as far as that is known
/// @param waits how long for what
public record MonitorCaller(
        Switchboard switchboard, Supplier<Optional<URI>> door, Waits waits, Hearing hearing) {

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
            Optional<URI> monitor = door.get();
            if (monitor.isPresent()) call(monitor.get(), number);
            long rest = notBefore - System.nanoTime();
            if (rest > 0) Thread.sleep(Duration.ofNanos(rest));
        }
    }

    private void call(URI monitor, long number) throws InterruptedException {
        try (MonitorLink link = switchboard.open(monitor, waits.connect)) {
            var session = new MonitorSession(number, link, hearing);
            hearing.opened(session);
            hearing.ended(
                    session,
                    session.serve(waits.spread.apply(waits.healthEvery), waits.healthFails));
        } catch (LinkException e) {
            hearing.failed(Causes.chain(e));
        }
    }
}
