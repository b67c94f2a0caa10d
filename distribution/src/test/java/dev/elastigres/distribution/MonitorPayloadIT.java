package dev.elastigres.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.harness.FakeCgroup;
import dev.elastigres.harness.MonitorPages;
import dev.elastigres.harness.ProcessTermination;
import dev.elastigres.vm.state.XdgFolders;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests the payload of the packages, made from the built jars.
class MonitorPayloadIT {
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final String LISTENING = "listening on ";
    private static final Pattern CLASS = Pattern.compile(".*\\] (\\S+) source: (.*)");

    @TempDir private Path folder;

    /// Checks that the monitor generates no classes while it starts. An AOT cache cannot hold
    /// them, and generating them takes time in an emulated guest, during which the monitor serves
    /// no agent.
    @Test
    void aStartMakesNoClassesAndReadsNoJars() throws Exception {
        List<String> cached = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (String line : loadedUntilItListens()) {
            var loaded = CLASS.matcher(line);
            if (!loaded.matches()) continue;
            boolean isCached = loaded.group(2).startsWith("shared objects file");
            (isCached ? cached : others).add(loaded.group(1));
        }
        assertThat(cached)
                .hasSizeGreaterThan(2_000)
                .contains("dev.elastigres.monitor.Main", "dev.elastigres.daemon.http.HttpServer");
        assertThat(others)
                .filteredOn(it -> it.startsWith("dev.elastigres.") || it.contains("/0x"))
                .isEmpty();
    }

    /// Returns the loaded classes until the monitor listens. The class loading log and the
    /// monitor's "listening" line go to the same file, which keeps their order.
    private List<String> loadedUntilItListens() throws Exception {
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        Path cache = XdgFolders.from(System.getenv()).cache();
        var payload = MonitorPackages.from(cache, System.getenv());
        List<String> command = new ArrayList<>(payload.payload().command());
        command.add(command.indexOf("-cp"), "-Xlog:class+load=info:stdout");
        var cgroup = FakeCgroup.create(folder.resolve("postgres"));
        command.addAll(List.of("--addr", "127.0.0.1:0", "--cgroup", cgroup.folder().toString()));
        var builder =
                new ProcessBuilder(command)
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile());
        builder.environment().putAll(Payload.ENVIRONMENT);
        builder.environment().put("ELASTIGRES_METRICS_HOST_ADDR", "off");
        builder.environment().put("ELASTIGRES_METRICS_CACHE_ADDR", "off");
        Process monitor = builder.start();
        try {
            List<String> lines = awaitLine(output, monitor, errors);
            int listens = indexOfListening(lines);
            var address =
                    HostPort.of(
                            URI.create(
                                    "http://" + lines.get(listens).substring(LISTENING.length())));
            // It is the real monitor, and becomes ready.
            try (var pages = new MonitorPages(address)) {
                pages.awaitReady(READY_TIMEOUT);
            }
            return lines.subList(0, listens);
        } finally {
            ProcessTermination.of(monitor, STOP_TIMEOUT);
        }
    }

    private static List<String> awaitLine(Path output, Process monitor, Path errors)
            throws Exception {
        long deadline = System.nanoTime() + READY_TIMEOUT.toNanos();
        while (true) {
            String text = Files.readString(output);
            List<String> lines = text.lines().toList();
            int listens = indexOfListening(lines);
            // The last line may be incomplete.
            if (listens >= 0 && (listens < lines.size() - 1 || text.endsWith("\n"))) return lines;
            assertThat(monitor.isAlive() && System.nanoTime() < deadline)
                    .as("the monitor listens; its log: %s", Files.readString(errors))
                    .isTrue();
            Thread.sleep(POLL);
        }
    }

    private static int indexOfListening(List<String> lines) {
        for (int i = 0; i < lines.size(); i++) if (lines.get(i).startsWith(LISTENING)) return i;
        return -1;
    }
}
