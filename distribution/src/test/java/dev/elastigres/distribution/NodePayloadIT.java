package dev.elastigres.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.distribution.training.FakeApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests the payloads of the image, made from the built jars.
class NodePayloadIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    /// Classes of the Kubernetes client libraries, and ours that use them. Classes that are
    /// generated at run time have a number in their names.
    private static final Pattern CLASS =
            Pattern.compile(
                    ".*\\] ((?:io\\.fabric8|com\\.fasterxml"
                            + "|dev\\.elastigres\\.kubernetes)\\.[^ /]+) source: (.*)");

    @TempDir private Path folder;

    @Test
    void anAgentOfPodsHasItsClassesFromTheCache() throws Exception {
        List<String> classes = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (String line : loaded()) {
            var loaded = CLASS.matcher(line);
            if (!loaded.matches()) continue;
            boolean isCached = loaded.group(2).startsWith("shared objects file");
            (isCached ? classes : others).add(loaded.group(1));
        }
        assertThat(classes)
                .hasSizeGreaterThan(1_000)
                .contains(
                        "io.fabric8.kubernetes.api.model.Pod",
                        "com.fasterxml.jackson.databind.ObjectMapper",
                        "dev.elastigres.kubernetes.PodsPlatform",
                        "dev.elastigres.kubernetes.driver.ResizePatch");
        // The order of threads differs between runs.
        assertThat(others).hasSizeLessThan(20);
    }

    /// Returns the class loading log of an agent until it has resized a pod and has written the
    /// status.
    private List<String> loaded() throws PackException, IOException, InterruptedException {
        Path said = folder.resolve("classes");
        List<String> command = new ArrayList<>(payload().command());
        command.add(command.indexOf("-cp"), "-Xlog:class+load=info:file=" + said);
        command.addAll(List.of("agent", "--addr=127.0.0.1:0"));
        Path log = folder.resolve("log");
        try (var cluster = FakeApiServer.start(Files.createDirectory(folder.resolve("node")))) {
            command.addAll(cluster.agentFlags(1));
            var builder =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile());
            builder.environment().putAll(Payload.ENVIRONMENT);
            builder.environment().putAll(cluster.environment());
            Process agent = builder.start();
            try {
                assertThat(cluster.await(TIMEOUT)).as(Files.readString(log)).isTrue();
                agent.destroy();
                assertThat(agent.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            } finally {
                agent.destroyForcibly();
            }
        }
        return Files.readAllLines(said);
    }

    private static Payload payload() throws PackException, InterruptedException {
        return NodePayload.ofThisApplication(System.getenv()).agent();
    }
}
