package dev.elastigres.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.harness.FakeCgroup;
import dev.elastigres.harness.MonitorPages;
import dev.elastigres.harness.MonitorProcess;
import dev.elastigres.vm.state.XdgFolders;
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

    /// Returns the JVM's log of loaded classes until the monitor listens. It is on the standard
    /// output, as the line with the monitor's address is, so that their order is known.
    private List<String> loadedUntilItListens() throws Exception {
        Path cache = XdgFolders.from(System.getenv()).cache();
        var payload = MonitorPackages.from(cache, System.getenv());
        List<String> command = new ArrayList<>(payload.payload().command());
        command.add(command.indexOf("-cp"), "-Xlog:class+load=info:stdout");
        var cgroup = FakeCgroup.create(folder.resolve("postgres"));
        List<String> flags = List.of("--cgroup", cgroup.folder().toString());
        try (var monitor =
                        MonitorProcess.start(
                                command, folder.resolve("log"), flags, Payload.ENVIRONMENT);
                var pages = new MonitorPages(monitor.address())) {
            // It is the real one, and gets to its work.
            pages.awaitReady(READY_TIMEOUT);
            return monitor.startOutput();
        }
    }
}
