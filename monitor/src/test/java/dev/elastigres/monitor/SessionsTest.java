package dev.elastigres.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.monitor.TestAgent.CloseFrame;
import dev.elastigres.monitor.watch.FakeKernelTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One agent is served at a time: replacement of sessions, and their ends.
class SessionsTest {
    @TempDir static Path folder;
    private static FakeKernelTree tree;
    private static TestMonitor monitor;

    @BeforeAll
    static void start() throws Exception {
        tree = new FakeKernelTree(folder).total(1024).usage(200);
        monitor = TestMonitor.start(tree);
        monitor.awaitSamples();
    }

    @AfterAll
    static void stop() {
        monitor.close();
    }

    @Test
    void silentNewConnectionDoesNotDisturbSession() throws Exception {
        try (var agent = monitor.agent();
                var _ = TestAgent.dial(monitor.address());
                var halfHead =
                        TestAgent.dial(monitor.address())
                                .sendRaw("GET /monitor HTTP/1.1\r\nHost:".getBytes(UTF_8));
                var _ = TestAgent.connect(monitor.address())) {
            agent.checkHealth(2);
            halfHead.sendRaw(" x\r\n".getBytes(UTF_8));
            agent.checkHealth(4);
            assertThat(agent.askDownscale(6, 4096).next().ok()).isTrue();
        }
    }

    @Test
    void failedHandshakeDoesNotDisturbSession() throws Exception {
        try (var agent = monitor.agent()) {
            // Some of these make deployed monitors exit.
            for (String offer :
                    List.of(
                            "{\"min\":50,\"max\":90}",
                            "{\"min\":3,\"max\":1}",
                            "{\"min\":2,\"max\":18446744073709551615}",
                            "{\"min\":1,\"max\":256}",
                            "{\"min\":5,\"max\":9}",
                            "no JSON",
                            "{}")) {
                try (var newcomer = TestAgent.connect(monitor.address())) {
                    assertThat(newcomer.send(offer).closeFrame().code()).isEqualTo(1002);
                }
                agent.checkHealth(2);
            }
        }
    }

    @Test
    void closesNewConnectionWithoutHandshake() throws Exception {
        try (var impatient = TestMonitor.start(tree, "--handshake-timeout", "2s");
                var agent = impatient.agent();
                var newcomer = TestAgent.connect(impatient.address())) {
            CloseFrame closeFrame = newcomer.closeFrame();
            assertThat(closeFrame.code()).isEqualTo(1008);
            assertThat(closeFrame.reason()).contains("2000 ms");
            agent.checkHealth(2);
        }
    }

    @Test
    void newSessionReplacesOldOneAndTellsItWhy() throws Exception {
        try (var old = monitor.agent()) {
            old.checkHealth(2);
            try (var newcomer = monitor.agent()) {
                CloseFrame closeFrame = old.closeFrame();
                assertThat(closeFrame.code()).isEqualTo(1000);
                assertThat(closeFrame.reason())
                        .startsWith("replaced by a newer session, from 127.");
                newcomer.checkHealth(2);
            }
        }
    }

    @Test
    void theLaterOfTwoQuickSessionsIsTheLiveOne() throws Exception {
        try (var own = TestMonitor.start(tree)) {
            for (int round = 0; round < 200; round++)
                try (var old = own.agent();
                        var newcomer = own.agent()) {
                    newcomer.checkHealth(2);
                    assertThat(old.closeFrame().reason()).startsWith("replaced by a newer session");
                }
        }
    }

    @Test
    void eachSessionCountsItsOwnIds() throws Exception {
        var own = new FakeKernelTree(folder.resolve("own"));
        Files.createDirectories(own.root());
        own.total(1024).usage(950);
        try (var asking = TestMonitor.start(own, "--upscale-interval", "50ms")) {
            for (int session = 0; session < 2; session++)
                try (var agent = asking.agent()) {
                    assertThat(agent.nextUpscaleRequest().id()).isEqualTo("3");
                    assertThat(agent.nextUpscaleRequest().id()).isEqualTo("5");
                }
        }
    }

    @Test
    void replacesAgentThatVanishedSilently() throws Exception {
        // It no longer reads, writes or closes, as after a crash of its host.
        try (var _ = monitor.agent();
                var newcomer = monitor.agent()) {
            newcomer.checkHealth(2);
            monitor.awaitStatus("true", "session", "live");
            newcomer.checkHealth(4);
        }
    }

    @Test
    void anAgentThatVanishesInTheMiddleOfAFrameIsForgotten() throws Exception {
        var agent = monitor.agent();
        byte[] frame = TestAgent.frame(true, TestAgent.TEXT, new byte[1000]);
        agent.sendRaw(Arrays.copyOf(frame, 500));
        agent.vanish();
        monitor.awaitStatus("false", "session", "live");
        try (var next = monitor.agent()) {
            next.checkHealth(2);
        }
    }

    @Test
    void disconnectsOnlyTheAgentThatDoesNotRead() throws Exception {
        var burst = new ByteArrayOutputStream();
        for (int id = 0; id < 1000; id++) {
            String text = "{\"content\":{},\"type\":\"HealthCheck\",\"id\":" + id + "}";
            burst.writeBytes(TestAgent.frame(true, TestAgent.TEXT, text.getBytes(UTF_8)));
        }
        try (var deaf = TestAgent.dial(monitor.address(), 4096).upgrade().shakeHands()) {
            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < 10_000; i++) deaf.sendRaw(burst.toByteArray());
                            })
                    .isInstanceOf(IOException.class);
        }
        monitor.awaitLog("the peer does not read");
        try (var agent = monitor.agent()) {
            agent.checkHealth(2);
        }
    }

    @Test
    void manyRequestsInOneWriteAreAllAnswered() throws Exception {
        for (int count : List.of(100, 5000)) {
            var burst = new ByteArrayOutputStream();
            for (int id = 0; id < count; id++) {
                // Some are answered at once, some after a decision, some are unreadable.
                String text =
                        switch (id % 3) {
                            case 0 -> "{\"content\":{},\"type\":\"HealthCheck\",\"id\":" + id + "}";
                            case 1 -> "{\"type\":\"Nonsense\",\"id\":" + id + "}";
                            default ->
                                    "{\"content\":{\"granted\":{\"cpu\":1,\"mem\":1073741824}},"
                                            + "\"type\":\"UpscaleNotification\",\"id\":"
                                            + id
                                            + "}";
                        };
                burst.writeBytes(TestAgent.frame(true, TestAgent.TEXT, text.getBytes(UTF_8)));
            }
            try (var own = TestMonitor.start(tree);
                    var agent = own.agent();
                    var writer = Executors.newVirtualThreadPerTaskExecutor()) {
                var written = writer.submit(() -> agent.sendRaw(burst.toByteArray()));
                var ids = new HashSet<String>();
                for (int i = 0; i < count; i++) ids.add(agent.nextAnswer().id());
                assertThat(ids).hasSize(count);
                assertThat(written.get()).isSameAs(agent);
                agent.checkHealth(count + 1);
            }
        }
    }

    @Test
    void unfinishedHandshakesDoNotBlockNewAgents() throws Exception {
        var crowd = new ArrayList<TestAgent>();
        try (var agent = monitor.agent()) {
            for (int i = 0; i < 1000; i++) {
                crowd.add(TestAgent.dial(monitor.address()));
                if (i % 3 == 0) crowd.getLast().sendRaw("GET /monitor HT".getBytes(UTF_8));
                if (i % 50 == 0) agent.checkHealth(i);
            }
            agent.checkHealth(2000);
            try (var newcomer = monitor.agent()) {
                newcomer.checkHealth(2);
                assertThat(agent.closeFrame().reason()).startsWith("replaced");
                assertThat(monitor.get("/healthz").code()).isEqualTo(200);
            }
        } finally {
            for (TestAgent one : crowd) one.close();
        }
    }

    @Test
    void unansweredClosesDoNotBlockNewAgents() throws Exception {
        var crowd = new ArrayList<TestAgent>();
        try (var besieged = TestMonitor.start(tree)) {
            for (int i = 0; i < 300; i++) {
                crowd.add(besieged.agent());
                if (i % 20 == 0) assertThat(besieged.get("/healthz").code()).isEqualTo(200);
            }
            try (var agent = besieged.agent()) {
                agent.checkHealth(2);
                assertThat(besieged.get("/healthz").code()).isEqualTo(200);
            }
        } finally {
            for (TestAgent one : crowd) one.close();
        }
    }

    @Test
    void closingTheMonitorTellsTheAgent() throws Exception {
        var ending = TestMonitor.start(tree);
        try (var agent = ending.agent()) {
            ending.close();
            CloseFrame closeFrame = agent.closeFrame();
            assertThat(closeFrame.code()).isEqualTo(1001);
            assertThat(closeFrame.reason()).isEqualTo("the monitor is shutting down");
        } finally {
            ending.close();
        }
    }
}
