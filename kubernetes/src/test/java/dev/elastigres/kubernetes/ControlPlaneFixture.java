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

/// What tests with a control plane have in common.
public final class ControlPlaneFixture {
    private static final Duration POLL = Duration.ofMillis(20);

    private ControlPlaneFixture() {}

    /// Makes the kind known, and waits until it is.
    public static void install(ControlPlane plane, Path definition)
            throws TestbedException, IOException {
        plane.kubectl().apply(Files.readString(definition));
        plane.awaitDefinitions();
    }

    /// Waits until it holds.
    ///
    /// @param what is waited for
    /// @param story what a failure tells, too
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

    /// Whoever the file is for.
    public static KubernetesClient client(Path kubeconfig) {
        Config config = Config.fromKubeconfig(kubeconfig.toFile());
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesClientBuilder().withConfig(config).build();
    }
}
