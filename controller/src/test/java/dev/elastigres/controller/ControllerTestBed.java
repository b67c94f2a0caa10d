package dev.elastigres.controller;

import dev.elastigres.controller.Controller.ControllerTiming;
import dev.elastigres.controller.Leadership.LeaseTiming;
import dev.elastigres.testbed.kubernetes.ControlPlane;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/// What tests of the controller on a real API server share.
public final class ControllerTestBed {
    static final String NAMESPACE = "elastigres";
    static final ControllerTiming TIMING =
            new ControllerTiming(
                    Duration.ofMillis(20),
                    Duration.ofMillis(100),
                    new LeaseTiming(
                            Duration.ofSeconds(4), Duration.ofSeconds(3), Duration.ofMillis(500)));
    static final Path MANIFESTS = Path.of("../deploy/kubernetes/elastigres.yaml");

    private ControllerTestBed() {}

    /// Starts a control plane with Kubernetes' controllers and the installed manifests.
    static ControlPlane startPlane() throws Exception {
        ControlPlane plane = ControlPlane.start(KubernetesBinaries.find().orElseThrow());
        plane.startControllers();
        plane.kubectl().run("create", "namespace", NAMESPACE);
        plane.kubectl().apply(Files.readString(MANIFESTS));
        plane.awaitDefinitions();
        return plane;
    }

    /// Waits for a condition. A failure has the controller's log.
    public static void await(
            String what,
            Callable<Boolean> condition,
            Duration timeout,
            ByteArrayOutputStream logged)
            throws Exception {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0)
                throw new AssertionError(
                        "not within %d s: %s%n%s"
                                .formatted(
                                        timeout.toSeconds(),
                                        what,
                                        logged.toString(StandardCharsets.UTF_8)));
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }
}
