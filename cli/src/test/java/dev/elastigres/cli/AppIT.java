package dev.elastigres.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The built application as the launcher starts it: modules that must open and export what
/// libraries need by reflection.
class AppIT {
    private static final Path APP =
            Path.of(Objects.requireNonNull(System.getProperty("elastigres.app")));

    @Test
    void saysItsVersionAndItsCommands() throws Exception {
        assertThat(run(0, "--version")).startsWith("elastigres ").doesNotContain("unknown");
        assertThat(run(0, "--help")).contains("demo", "monitor", "bench", "help");
        assertThat(run(0, "monitor", "--version")).startsWith("elastigres-monitor ");
        assertThat(run(0, "help", "monitor")).isEqualTo(run(0, "monitor", "--help"));
    }

    @Test
    void namesAMistakeInOneLine() throws Exception {
        assertThat(run(2, "monitor", "--cgroup-overhed", "0.1"))
                .isEqualTo(
                        "elastigres monitor: unknown flag --cgroup-overhed: did you mean"
                                + " --cgroup-overhead?\n");
        assertThat(run(2, "monitr")).hasLineCount(1).contains("monitor");
        assertThat(run(2, "help", "monitr")).hasLineCount(1).contains("unknown command monitr");
        assertThat(run(2, "demo", "--nosuch")).hasLineCount(1).contains("--nosuch");
    }

    @Test
    void showsTheDemo() throws Exception {
        assertThat(run(0, "demo", "--json")).contains("\"event\":\"summary\"");
    }

    private static String run(int exitCode, String... arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-p", APP.toString(), "-m", "dev.elastigres.cli/dev.elastigres.cli.Main"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(output).isTrue();
        assertThat(process.exitValue()).as(output).isEqualTo(exitCode);
        return output;
    }
}
