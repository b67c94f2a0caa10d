package dev.elastigres.monitor;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.monitor.Event;
import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.Incoming.Closed;
import dev.elastigres.daemon.http.Limits;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.log.Level;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.monitor.dispatcher.AgentLink;
import dev.elastigres.monitor.dispatcher.Dispatcher;
import dev.elastigres.monitor.dispatcher.Sessions;
import dev.elastigres.monitor.metrics.Meters;
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

    /// An owner of sessions with a bug: it cannot take a message.
    private final class Failing implements Sessions {
        @Override
        public void opened(AgentLink link) {}

        @Override
        public void received(Event event) {
            throw new IllegalStateException("a bug");
        }

        @Override
        public void ended(AgentLink link, Closed why) {
            ends.add(why);
        }
    }

    @Test
    void aSessionThatFailsHasEnded() throws Exception {
        Log log =
                Log.to(new ByteArrayOutputStream(), LogFormat.JSON, Level.DEBUG, Clock.systemUTC());
        var dispatcher = new Dispatcher(new Failing(), new Meters(), log);
        try (var server =
                        HttpServer.start(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                Routes.NONE.withWebSocket("/monitor", dispatcher),
                                Limits.DEFAULT,
                                (what, _, cause) ->
                                        failures.add(what + ": " + cause.getMessage()));
                var agent = TestAgent.greet(HostPort.of(server.address()))) {
            assertThat(agent.askHealth(2).farewell().code()).isEqualTo(Closed.INTERNAL_ERROR);
        }
        assertThat(ends.poll(20, SECONDS))
                .isEqualTo(new Closed(Closed.INTERNAL_ERROR, "internal error"));
        assertThat(failures.poll(20, SECONDS)).isEqualTo("a session failed: a bug");
    }
}
