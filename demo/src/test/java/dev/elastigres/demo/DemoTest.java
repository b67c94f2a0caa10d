package dev.elastigres.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.demo.DemoEvent.LoadBegan;
import dev.elastigres.demo.DemoEvent.MachineCreated;
import dev.elastigres.demo.DemoEvent.MonitorStarted;
import dev.elastigres.demo.DemoEvent.PostgresStarted;
import dev.elastigres.protocol.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the demo with a real Postgres and a real monitor, but faster and with less memory.
class DemoTest {
    @TempDir private Path folder;

    private static final DemoAgentRules AGENT =
            new DemoAgentRules(
                    MachineSizes.DEFAULT,
                    Duration.ofMillis(1000),
                    Duration.ofMillis(300),
                    Duration.ofMillis(1500),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(20));
    private static final DemoScript SCRIPT =
            new DemoScript(
                    AGENT,
                    Duration.ofMillis(300),
                    Bytes.ofMebibytes(450),
                    Duration.ofMillis(40),
                    200,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(180));

    @Test
    void showsWholeRunAndLeavesNothingBehind() throws Exception {
        var stage = new RecordingView(_ -> {});
        Path picture = folder.resolve("demo.svg");
        DemoSummary summary = new Demo(SCRIPT, new SvgRecorder(stage, picture), false).run();

        assertThat(summary.requests()).isPositive();
        assertThat(summary.afterCrossing()).isNotEmpty();
        assertThat(summary.refused()).isNotEmpty();
        assertThat(summary.refused().getFirst().reason()).startsWith("Postgres uses ");
        assertThat(summary.granted()).isNotEmpty();
        assertThat(summary.sizes().getFirst()).isEqualTo(Bytes.ofMebibytes(512));
        assertThat(summary.sizes()).contains(Bytes.ofMebibytes(768));
        assertThat(summary.sizes().getLast()).isEqualTo(Bytes.ofMebibytes(512));
        assertThat(summary.highestUse()).isGreaterThanOrEqualTo(SCRIPT.top());
        assertThat(summary.cacheAtPeak().orElseThrow())
                .isGreaterThan(summary.cacheBefore().orElseThrow());
        assertThat(summary.cacheAfter()).isEqualTo(summary.cacheBefore());

        stage.assertNothingIsLeft();
        assertThat(stage.text())
                .contains("Summary")
                .containsPattern("upscale requests +[1-9]\\d*; from crossing to request: -?\\d")
                .containsPattern("downscale refused +512MiB: Postgres uses ")
                .containsPattern("downscales granted +[1-9]");
        for (String line : stage.json().lines().toList())
            assertThat(Json.parse(line)).isInstanceOf(Json.Obj.class);
        assertThat(stage.json()).contains("\"event\":\"summary\"");
        var svg =
                DocumentBuilderFactory.newDefaultInstance()
                        .newDocumentBuilder()
                        .parse(picture.toFile());
        assertThat(svg.getElementsByTagName("path").getLength()).isGreaterThan(6);
        assertThat(svg.getDocumentElement().getTextContent()).contains("asks", "refused");
    }

    @Test
    void leavesNothingBehindWhenItIsStopped() throws Exception {
        var demo = new ArrayList<Demo>();
        var stage = new RecordingView(_ -> demo.getFirst().stop());
        demo.add(new Demo(SCRIPT, stage, true));
        assertThatThrownBy(demo.getFirst()::run).isInstanceOf(StoppedException.class);
        stage.assertNothingIsLeft();
    }

    @Test
    void explainsFailureWhenMonitorDies() throws Exception {
        var stage =
                new RecordingView(
                        monitor -> ProcessHandle.of(monitor).orElseThrow().destroyForcibly());
        assertThatThrownBy(new Demo(SCRIPT, stage, false)::run)
                .isInstanceOf(DemoException.class)
                .hasMessageContaining("failed: ")
                .hasMessageContaining("the monitor's newest log line is {")
                .message()
                .doesNotContain("\n");
        stage.assertNothingIsLeft();
    }

    /// Shows everything as text and as JSON, and records what must no longer exist afterwards.
    private static final class RecordingView implements DemoView {
        private final ByteArrayOutputStream text = new ByteArrayOutputStream();
        private final ByteArrayOutputStream json = new ByteArrayOutputStream();
        private final List<DemoView> views =
                List.of(
                        new PlainView(stream(text), DemoTextFormatter.MADE_UP),
                        new JsonView(stream(json)));
        private final Consumer<Long> whenLoadBegins;
        private final List<Long> processes = new ArrayList<>();
        private final List<Path> folders = new ArrayList<>();

        /// @param whenLoadBegins receives the monitor's process id
        RecordingView(Consumer<Long> whenLoadBegins) {
            this.whenLoadBegins = whenLoadBegins;
        }

        private static PrintStream stream(ByteArrayOutputStream bytes) {
            return new PrintStream(bytes, true, StandardCharsets.UTF_8);
        }

        @Override
        public void happened(Duration at, DemoNotice happening) {
            views.forEach(view -> view.happened(at, happening));
            if (happening instanceof PostgresStarted postgres) {
                processes.add(postgres.pid());
                folders.add(dataDirectory(postgres.pid()).getParent());
            }
            if (happening instanceof MonitorStarted monitor) processes.add(monitor.pid());
            if (happening instanceof MachineCreated made) folders.add(made.meminfo().getParent());
            if (happening instanceof LoadBegan) whenLoadBegins.accept(processes.getLast());
        }

        private static Path dataDirectory(long pid) {
            try {
                String[] command =
                        Files.readString(Path.of("/proc/" + pid + "/cmdline")).split("\0", -1);
                return Path.of(command[List.of(command).indexOf("-D") + 1]);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void gauge(Duration at, DemoSnapshot snapshot) {
            views.forEach(view -> view.gauge(at, snapshot));
        }

        @Override
        public void ended(DemoResult ending) {
            views.forEach(view -> view.ended(ending));
        }

        @Override
        public void close() {
            views.forEach(DemoView::close);
        }

        String text() {
            return text.toString(StandardCharsets.UTF_8);
        }

        String json() {
            return json.toString(StandardCharsets.UTF_8);
        }

        void assertNothingIsLeft() {
            assertThat(processes).hasSize(2).allMatch(pid -> ProcessHandle.of(pid).isEmpty());
            assertThat(folders).hasSize(2).noneMatch(Files::exists);
        }
    }
}
