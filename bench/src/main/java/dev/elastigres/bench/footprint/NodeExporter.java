package dev.elastigres.bench.footprint;

import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.StartedProcess;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Debian's package of Prometheus' node exporter, for comparison.
record NodeExporter(Path program) {
    /// Command that installs the exporter.
    static final String INSTALL =
            "apt-get install -y --no-install-recommends prometheus-node-exporter";

    /// Finds the exporter; empty if it is not installed.
    static Optional<NodeExporter> installed(Map<String, String> environment) {
        String path = environment.getOrDefault("PATH", "");
        return Stream.concat(
                        Arrays.stream(path.split(File.pathSeparator, -1)), Stream.of("/usr/bin"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "prometheus-node-exporter"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(NodeExporter::new);
    }

    StartedProcess start(int port) throws HarnessException, InterruptedException {
        var command = List.of(program.toString(), "--web.listen-address=127.0.0.1:" + port);
        return StartedProcess.run(
                command,
                Map.of(),
                line -> line.contains("istening on") && line.contains(":" + port));
    }
}
