package dev.elastigres.agent.monitor;

import dev.elastigres.agent.endpoint.Endpoint;
import dev.elastigres.agent.monitor.MonitorSession.SessionListener;
import dev.elastigres.daemon.log.CauseChain;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// Connects to one VM's monitor, and reconnects whenever the session ends, until it is interrupted.
///
/// @param connector shared by all VMs
/// @param endpoint endpoint of the monitor
/// @param timing timeouts and intervals
public record MonitorReconnector(
        MonitorConnector connector,
        Supplier<Endpoint> endpoint,
        ReconnectTiming timing,
        SessionListener listener) {

    /// @param connect timeout of a connection and its handshake
    /// @param healthEvery interval of health checks
    /// @param healthTimeout maximum age of the last successful health check
    /// @param reconnect minimum interval between the starts of two connections
    /// @param spread lengthens each interval a little
    public record ReconnectTiming(
            Duration connect,
            Duration healthEvery,
            Duration healthTimeout,
            Duration reconnect,
            UnaryOperator<Duration> spread) {}

    /// Runs until it is interrupted.
    public void run() throws InterruptedException {
        for (long number = 1; ; number++) {
            long notBefore = System.nanoTime() + timing.spread.apply(timing.reconnect).toNanos();
            switch (endpoint.get()) {
                case Endpoint.Available monitor -> serve(monitor, number);
                case Endpoint.Unreachable(String why) -> listener.failed(why);
                case Endpoint.Unused() -> listener.unused();
            }
            long rest = notBefore - System.nanoTime();
            if (rest > 0) Thread.sleep(Duration.ofNanos(rest));
        }
    }

    private void serve(Endpoint.Available monitor, long number) throws InterruptedException {
        try (MonitorConnection connection = connector.open(monitor.uri(), timing.connect)) {
            var session = new MonitorSession(number, connection, listener);
            listener.opened(session);
            listener.ended(
                    session,
                    session.serve(timing.spread.apply(timing.healthEvery), timing.healthTimeout));
        } catch (MonitorConnectionException e) {
            listener.failed(monitor.withRemedy(CauseChain.chain(e)));
        }
    }
}
