package dev.elastigres.agent.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.daemon.settings.HostPort;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class MonitorConnectorTest {
    private static final Duration TIMEOUT = Duration.ofMillis(200);
    private static final int CALLS = 3;

    @Test
    void timeoutExcludesWaitForAConnectionSlot() throws Exception {
        try (var client = HttpClient.newHttpClient();
                // Never accepts, so it never answers.
                var silent = new ServerSocket(0, CALLS, InetAddress.getLoopbackAddress());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var monitor = new HostPort("127.0.0.1", silent.getLocalPort());
            var connector = new MonitorConnector(client, 1);
            long begin = System.nanoTime();
            List<Future<MonitorConnection>> calls = new ArrayList<>();
            for (int i = 0; i < CALLS; i++)
                calls.add(
                        threads.submit(
                                () ->
                                        connector.open(
                                                MonitorConnection.agentEndpoint(monitor),
                                                TIMEOUT)));

            for (Future<MonitorConnection> call : calls)
                assertThatThrownBy(call::get)
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(MonitorConnectionException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isGreaterThanOrEqualTo(TIMEOUT.multipliedBy(CALLS));
            client.shutdownNow();
        }
    }
}
