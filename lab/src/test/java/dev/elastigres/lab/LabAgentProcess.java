package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.lab.HaltingDriver.HaltPoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// [LabAgentProgram] in a separate process. Closing kills it with SIGKILL.
final class LabAgentProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private LabAgentProcess(Process process) {
        this.process = process;
        output = process.inputReader(StandardCharsets.UTF_8);
    }

    /// @param capacity total memory of the VMs
    static LabAgentProcess start(GoldenSnapshot golden, Bytes capacity, HaltPoint halt)
            throws IOException {
        var command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LabAgentProgram.class.getName(),
                        golden.root().toString(),
                        Long.toString(capacity.value()),
                        halt.name());
        return new LabAgentProcess(
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /// Returns when the agent has halted in the middle of a step.
    void awaitHalted() throws IOException {
        assertThat(output.readLine()).isEqualTo(HaltingDriver.HALTED);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
