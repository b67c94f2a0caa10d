package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.host.process.ExternalProgramException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs a Java program of the lab in a network namespace of its own. There it may create bridges
/// and taps without changing this machine's network. The namespace has a bridge, and the program
/// can reach every machine on it.
final class NamespacedProgram {
    /// Address for the guest.
    static final String GUEST = "10.9.0.2";

    static final String BRIDGE = "lab0";

    private static final Duration TIMEOUT = Duration.ofMinutes(6);

    private static final String SETUP =
            """
            set -e
            ip link set lo up
            ip link add lab0 type bridge
            ip address add 10.9.0.1/24 dev lab0
            ip link set lab0 up
            exec "$@"
            """;

    private NamespacedProgram() {}

    /// Runs `program` with this image and folder, and fails if it fails.
    static void run(Class<?> program, Optional<Path> image, Path folder)
            throws ExternalProgramException, InterruptedException {
        var command = new ArrayList<>(unshare());
        command.addAll(List.of("sh", "-c", SETUP, "network"));
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        image.map(it -> "-Dlab.image=" + it).orElse("-Dlab"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName(),
                        folder.toString()));
        var result = new ExternalProgram(command, Map.of(), TIMEOUT).tryRun(System.err::println);
        assertThat(result.exitCode()).as(result.output()).isZero();
    }

    /// Root needs no user namespace, and other users may create one.
    private static List<String> unshare() {
        return System.getProperty("user.name").equals("root")
                ? List.of("unshare", "--net")
                : List.of("unshare", "--user", "--map-root-user", "--net");
    }
}
