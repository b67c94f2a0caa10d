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

class SwitchboardTest {
    private static final Duration LIMIT = Duration.ofMillis(200);
    private static final int CALLS = 3;

    @Test
    void whoWaitsForAPlaceIsNotLateYet() throws Exception {
        try (var client = HttpClient.newHttpClient();
                // Never accepts, and so never answers.
                var silent = new ServerSocket(0, CALLS, InetAddress.getLoopbackAddress());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var monitor = new HostPort("127.0.0.1", silent.getLocalPort());
            var switchboard = new Switchboard(client, 1);
            long begin = System.nanoTime();
            List<Future<MonitorLink>> calls = new ArrayList<>();
            for (int i = 0; i < CALLS; i++)
                calls.add(threads.submit(() -> switchboard.open(MonitorLink.door(monitor), LIMIT)));

            for (Future<MonitorLink> call : calls)
                assertThatThrownBy(call::get)
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(LinkException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isGreaterThanOrEqualTo(LIMIT.multipliedBy(CALLS));
            client.shutdownNow();
        }
    }
}
