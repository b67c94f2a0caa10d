package dev.elastigres.kubernetes;

import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.ControlPlane;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/// Helpers for tests with a control plane.
public final class ControlPlaneFixture {
    private static final Duration POLL = Duration.ofMillis(20);

    private ControlPlaneFixture() {}

    /// Installs the custom resource definition, and waits until the API server serves it.
    public static void install(ControlPlane plane, Path definition)
            throws TestbedException, IOException {
        plane.kubectl().apply(Files.readString(definition));
        plane.awaitDefinitions();
    }

    /// Waits until the condition holds.
    ///
    /// @param what the condition, for messages
    /// @param story returns further details for the message of a failure
    public static void await(
            String what, Duration timeout, Callable<Boolean> condition, Callable<String> story)
            throws Exception {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0)
                throw new AssertionError(
                        "not within %d s: %s%n%s"
                                .formatted(timeout.toSeconds(), what, story.call()));
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /// Returns a client for the user of the file.
    public static KubernetesClient client(Path kubeconfig) {
        Config config = Config.fromKubeconfig(kubeconfig.toFile());
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesClientBuilder().withConfig(config).build();
    }
}
