package dev.elastigres.monitor;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.monitor.Event;
import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.http.ServerLimits;
import dev.elastigres.daemon.http.WebSocketMessage.Closed;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.monitor.dispatcher.AgentConnection;
import dev.elastigres.monitor.dispatcher.Dispatcher;
import dev.elastigres.monitor.dispatcher.SessionOwner;
import dev.elastigres.monitor.metrics.MonitorMeters;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/// Sessions of a dispatcher whose owner fails.
class DispatcherTest {
    private final BlockingQueue<Closed> ends = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> failures = new LinkedBlockingQueue<>();

    /// An owner of sessions with a bug: it fails at each message.
    private final class Failing implements SessionOwner {
        @Override
        public void opened(AgentConnection link) {}

        @Override
        public void received(Event event) {
            throw new IllegalStateException("a bug");
        }

        @Override
        public void ended(AgentConnection link, Closed why) {
            ends.add(why);
        }
    }

    @Test
    void aSessionThatFailsHasEnded() throws Exception {
        Log log =
                Log.to(
                        new ByteArrayOutputStream(),
                        LogFormat.JSON,
                        LogLevel.DEBUG,
                        Clock.systemUTC());
        var dispatcher = new Dispatcher(new Failing(), (_, _) -> false, new MonitorMeters(), log);
        try (var server =
                        HttpServer.start(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                Routes.NONE.withWebSocket("/monitor", dispatcher),
                                ServerLimits.DEFAULT,
                                (what, _, cause) ->
                                        failures.add(what + ": " + cause.getMessage()));
                var agent = TestAgent.greet(HostPort.of(server.address()))) {
            assertThat(agent.askHealth(2).closeFrame().code()).isEqualTo(Closed.INTERNAL_ERROR);
        }
        assertThat(ends.poll(20, SECONDS))
                .isEqualTo(new Closed(Closed.INTERNAL_ERROR, "internal error"));
        assertThat(failures.poll(20, SECONDS)).isEqualTo("a session failed: a bug");
    }
}
