package dev.elastigres.vm.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.socket.ScriptedPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QmpClientTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final String GREETING =
            """
            < {"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": ""}, "capabilities": []}}""";
    private static final List<String> OPENING =
            List.of(
                    GREETING,
                    "> {\"execute\":\"qmp_capabilities\",\"id\":1}",
                    "< {\"return\": {}, \"id\": 1}");

    @TempDir Path folder;

    private static List<String> recorded() throws IOException {
        try (var stream = QmpClientTest.class.getResourceAsStream("session.txt")) {
            assertThat(stream).isNotNull();
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    private static List<String> after(List<String> beginning, String... more) {
        var all = new ArrayList<>(beginning);
        all.addAll(List.of(more));
        return all;
    }

    private static Json.Obj property(String name) {
        return Json.object().with("path", "/machine/peripheral/vm0").with("property", name);
    }

    @Test
    void aRecordedSessionWithQemu() throws Exception {
        try (var peer = ScriptedPeer.start(folder, recorded(), false);
                var client = QmpClient.connect(peer.path(), LONG)) {
            assertThat(client.version()).isEqualTo("7.2.22");
            assertThat(client.execute("query-status"))
                    .isEqualTo(
                            Json.object()
                                    .with("status", "running")
                                    .with("singlestep", false)
                                    .with("running", true));
            client.execute("stop");
            client.execute("cont");
            assertThat(client.execute("qom-get", property("size"))).isEqualTo(Json.Num.of(0));

            assertThatThrownBy(
                            () ->
                                    client.execute(
                                            "qom-set",
                                            property("requested-size").with("value", 734007296)))
                    .isInstanceOfSatisfying(
                            QmpException.Refused.class,
                            refused -> {
                                assertThat(refused.errorClass()).isEqualTo("GenericError");
                                assertThat(refused.description())
                                        .contains("multiples of 'block-size'");
                            });
            assertThatThrownBy(() -> client.execute("no-such-command"))
                    .isInstanceOfSatisfying(
                            QmpException.Refused.class,
                            refused ->
                                    assertThat(refused.errorClass()).isEqualTo("CommandNotFound"));

            client.execute("qom-set", property("requested-size").with("value", 268435456));
            assertThat(client.execute("qom-get", property("size")))
                    .isEqualTo(Json.Num.of(268435456));
            var forward =
                    Json.object().with("command-line", "hostfwd_add n0 tcp:127.0.0.1:15999-:5432");
            assertThat(client.execute("human-monitor-command", forward))
                    .isEqualTo(new Json.Str(""));
            var again =
                    Json.object().with("command-line", "hostfwd_add n0 tcp:127.0.0.1:15999-:5433");
            assertThat(client.execute("human-monitor-command", again))
                    .isEqualTo(
                            new Json.Str(
                                    "Could not set up host forwarding rule 'tcp:127.0.0.1:15999-:5433'\r\n"));
            assertThat(client.execute("query-memory-devices")).isInstanceOf(Json.Arr.class);
            client.execute("quit");

            var events = new ArrayList<String>();
            for (int i = 0; i < 5; i++) events.add(client.nextEvent(LONG).orElseThrow().name());
            assertThat(events)
                    .containsExactly(
                            "STOP",
                            "RESUME",
                            "MEMORY_DEVICE_SIZE_CHANGE",
                            "MEMORY_DEVICE_SIZE_CHANGE",
                            "SHUTDOWN");
            assertThat(peer.difference()).isEmpty();
        }
    }

    @Test
    void reportsMissingSocket() {
        assertThatThrownBy(() -> QmpClient.connect(folder.resolve("nothing"), LONG))
                .isInstanceOf(QmpException.Disconnected.class)
                .hasMessageContaining("no monitor at");
    }

    @Test
    void timesOutOnMonitorInUse() throws Exception {
        try (var peer = ScriptedPeer.start(folder, List.of(), true)) {
            assertThatThrownBy(() -> QmpClient.connect(peer.path(), SHORT))
                    .isInstanceOf(QmpException.TimedOut.class)
                    .hasMessageContaining("greeting");
        }
    }

    @Test
    void rejectsServerThatIsNotQmp() throws Exception {
        for (String said :
                List.of("HTTP/1.1 400 Bad Request", "[1]", "{\"hello\": 1}", "{\"QMP\": ")) {
            Path own = Files.createTempDirectory(folder, "peer");
            try (var peer = ScriptedPeer.start(own, List.of("< " + said), true)) {
                assertThatThrownBy(() -> QmpClient.connect(peer.path(), LONG))
                        .as(said)
                        .isInstanceOf(QmpException.NotQmp.class);
            }
        }
    }

    @Test
    void anEndInTheMiddleOfACommand() throws Exception {
        var script = after(OPENING, "> {\"execute\":\"stop\",\"id\":2}");
        try (var peer = ScriptedPeer.start(folder, script, false);
                var client = QmpClient.connect(peer.path(), LONG)) {
            assertThatThrownBy(() -> client.execute("stop"))
                    .isInstanceOf(QmpException.Disconnected.class);
            assertThatThrownBy(() -> client.execute("cont"))
                    .isInstanceOf(QmpException.Disconnected.class);
        }
    }

    @Test
    void ignoresLateAnswerOfEarlierCommand() throws Exception {
        var script =
                after(
                        OPENING,
                        "> {\"execute\":\"slow\",\"id\":2}",
                        "> {\"execute\":\"quick\",\"id\":3}",
                        "< {\"return\": \"slow\", \"id\": 2}",
                        "< {\"return\": \"quick\", \"id\": 3}");
        try (var peer = ScriptedPeer.start(folder, script, true);
                var client = QmpClient.connect(peer.path(), LONG)) {
            assertThatThrownBy(() -> client.execute("slow", Json.object(), SHORT))
                    .isInstanceOf(QmpException.TimedOut.class)
                    .hasMessage("slow: no answer within 100 ms");
            assertThat(client.execute("quick")).isEqualTo(new Json.Str("quick"));
        }
    }

    @Test
    void answersInAnotherOrder() throws Exception {
        var script =
                after(
                        OPENING,
                        "> {\"execute\":\"first\",\"id\":2}",
                        "< {\"event\": \"FIRST\", \"data\": {}}",
                        "> {\"execute\":\"second\",\"id\":3}",
                        "< {\"return\": 2, \"id\": 3}",
                        "< {\"return\": 1, \"id\": 2}");
        try (var peer = ScriptedPeer.start(folder, script, true);
                var client = QmpClient.connect(peer.path(), LONG);
                var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = tasks.submit(() -> client.execute("first"));
            assertThat(client.nextEvent(LONG).orElseThrow().name()).isEqualTo("FIRST");
            assertThat(client.execute("second")).isEqualTo(Json.Num.of(2));
            assertThat(first.get()).isEqualTo(Json.Num.of(1));
        }
    }

    @Test
    void dropsOldestEventsWhenNoneAreRead() throws Exception {
        var script = new ArrayList<>(OPENING);
        script.add("> {\"execute\":\"noise\",\"id\":2}");
        for (int i = 0; i < 300; i++) script.add("< {\"event\": \"E" + i + "\", \"data\": {}}");
        script.add("< {\"return\": {}, \"id\": 2}");
        try (var peer = ScriptedPeer.start(folder, script, true);
                var client = QmpClient.connect(peer.path(), LONG)) {
            client.execute("noise");
            assertThat(client.nextEvent(LONG).orElseThrow().name()).isEqualTo("E44");
        }
    }
}
