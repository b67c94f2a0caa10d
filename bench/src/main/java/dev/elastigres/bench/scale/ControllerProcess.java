package dev.elastigres.bench.scale;

import dev.elastigres.bench.footprint.ProcessMemory;
import dev.elastigres.bench.scale.NodeProcesses.DaemonCommand;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.StartedProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The controller as a process, with the heap limit of the Deployment.
final class ControllerProcess implements AutoCloseable {
    /// 40 % of the container limit of 512 MiB, as in the image's JVM options.
    private static final String HEAP = "-Xmx204m";

    private static final String READY = "pages on ";

    private final StartedProcess controller;

    private ControllerProcess(StartedProcess controller) {
        this.controller = controller;
    }

    /// @param kubeconfig of the controller's account
    static ControllerProcess start(DaemonCommand program, Path kubeconfig)
            throws HarnessException, InterruptedException {
        return new ControllerProcess(
                StartedProcess.run(
                        DaemonCommand.with(
                                program.agent(),
                                List.of(
                                        "controller",
                                        "--addr=127.0.0.1:0",
                                        "--kubeconfig=" + kubeconfig)),
                        program.with(HEAP),
                        line -> line.startsWith(READY)));
    }

    /// @throws HarnessException if it has ended
    void check() throws HarnessException {
        if (!controller.process().isAlive())
            throw new HarnessException(
                    "the controller has ended with %d".formatted(controller.process().exitValue()));
    }

    /// Returns its memory, and the CPU time that it has used.
    String figures() throws HarnessException {
        Duration cpu = controller.process().info().totalCpuDuration().orElse(Duration.ZERO);
        long resident = ProcessMemory.of(controller.process().pid()).resident();
        return "%d MB RSS, %.1f s of CPU time"
                .formatted(resident / 1_000_000, cpu.toMillis() / 1000.0);
    }

    @Override
    public void close() {
        controller.close();
    }
}
