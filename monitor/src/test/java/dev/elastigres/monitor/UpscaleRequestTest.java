package dev.elastigres.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.monitor.watch.FakeKernelTree;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When and how often more memory is requested.
class UpscaleRequestTest {
    @TempDir Path folder;
    private FakeKernelTree tree;

    @BeforeEach
    void calm() throws Exception {
        tree = new FakeKernelTree(folder).total(1024).usage(200);
    }

    @Test
    void comesWhenUsageReachesEightyFivePercent() throws Exception {
        try (var monitor = TestMonitor.start(tree);
                var agent = monitor.agent()) {
            tree.usage(870);
            monitor.awaitUsage(870);
            // 870.4 MiB is the threshold, below which nothing was requested.
            agent.checkHealth(2);
            tree.usage(871);
            assertThat(agent.nextFrame().text())
                    .isEqualTo("{\"type\":\"UpscaleRequest\",\"id\":3}");
        }
    }

    @Test
    void isRepeatedOnlyAfterTheIntervalAndEverMoreSeldom() throws Exception {
        try (var monitor = shortened();
                var agent = monitor.agent()) {
            long before = System.nanoTime();
            tree.usage(900);
            for (int id = 3; id <= 13; id += 2)
                assertThat(agent.nextUpscaleRequest().id()).isEqualTo(Integer.toString(id));
            Duration passed = Duration.ofNanos(System.nanoTime() - before);
            assertThat(passed)
                    .isGreaterThanOrEqualTo(Duration.ofMillis(50 + 100 + 200 + 400 + 400));
        }
    }

    @Test
    void grantResetsRequestBackoff() throws Exception {
        try (var monitor = patient();
                var agent = monitor.agent()) {
            tree.usage(900);
            for (int i = 0; i < 4; i++) agent.nextUpscaleRequest();
            monitor.awaitStatus("4", "session", "fruitless_requests");

            assertThat(agent.announce(2, 1200).nextAnswer().type())
                    .isEqualTo("UpscaleConfirmation");
            agent.nextUpscaleRequest();
            assertThat(fruitless(monitor)).isLessThan(4);
        }
    }

    @Test
    void stopsWhenUsageFalls() throws Exception {
        try (var monitor = shortened();
                var agent = monitor.agent()) {
            tree.usage(900);
            agent.nextUpscaleRequest();
            tree.usage(200);
            monitor.awaitUsage(200);
            // The answer arrives after the last request.
            WireMessage answer = agent.askDownscale(2, 2048).nextAnswer();
            assertThat(answer.ok()).as(answer.text()).isTrue();
            agent.checkHealth(4);
        }
    }

    @Test
    void waitsForTheFirstAgent() throws Exception {
        tree.usage(900);
        try (var monitor = TestMonitor.start(tree)) {
            monitor.awaitUsage(900);
            assertThat(monitor.status("session", "fruitless_requests")).isEqualTo("0");
            try (var agent = monitor.agent()) {
                assertThat(agent.nextUpscaleRequest().id()).isEqualTo("3");
            }
        }
    }

    @Test
    void newAgentResetsRequestBackoff() throws Exception {
        tree.usage(900);
        try (var monitor = patient()) {
            try (var before = monitor.agent()) {
                for (int i = 0; i < 4; i++) before.nextUpscaleRequest();
            }
            monitor.awaitStatus("false", "session", "live");
            try (var agent = monitor.agent()) {
                agent.nextUpscaleRequest();
                assertThat(fruitless(monitor)).isLessThan(4);
            }
        }
    }

    /// Starts a monitor whose request backoff is 200 ms, 400 ms, 800 ms and so on.
    private TestMonitor patient() throws Exception {
        return TestMonitor.start(
                tree, "--upscale-interval", "200ms", "--upscale-backoff-max", "10m");
    }

    private static int fruitless(TestMonitor monitor) throws Exception {
        return Integer.parseInt(monitor.status("session", "fruitless_requests"));
    }

    @Test
    void followsAGrantOfAlmostNothing() throws Exception {
        try (var monitor = shortened();
                var agent = monitor.agent()) {
            agent.send(
                    "{\"content\":{\"granted\":{\"cpu\":1,\"mem\":1}},"
                            + "\"type\":\"UpscaleNotification\",\"id\":2}");
            assertThat(agent.next().type()).isEqualTo("UpscaleConfirmation");
            assertThat(agent.nextUpscaleRequest().id()).isEqualTo("3");
        }
    }

    private TestMonitor shortened() throws Exception {
        return TestMonitor.start(
                tree, "--upscale-interval", "50ms", "--upscale-backoff-max", "400ms");
    }
}
