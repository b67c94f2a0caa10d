package dev.elastigres.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The help of the commands that only the launcher in a checkout has. It needs neither a JDK nor a
/// build.
class LauncherHelpTest {
    private static final Path LAUNCHER = Path.of("..", "elastigres").toAbsolutePath().normalize();

    @ParameterizedTest
    @ValueSource(strings = {"test", "lab", "fuzz", "screenshots"})
    void isShownByFlagAndByHelp(String command) throws Exception {
        String help = run("help", command);
        assertThat(help)
                .startsWith("Usage: ./elastigres " + command + " [MAVEN-ARGUMENT...]\n")
                .contains("  ./elastigres " + command + " -");
        assertThat(run(command, "--help")).isEqualTo(help);
        assertThat(run(command, "-h")).isEqualTo(help);
    }

    /// The flag counts wherever it is, so that it never starts a run of some minutes.
    @Test
    void isShownInsteadOfARun() throws Exception {
        String help = run("help", "lab");
        assertThat(run("lab", "kubernetes", "--help")).isEqualTo(help);
        assertThat(run("lab", "-Dtest=CrashTest", "--help")).isEqualTo(help);
    }

    private static String run(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("JAVA_HOME");
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as(output).isZero();
            return output;
        } finally {
            process.destroyForcibly();
        }
    }
}
