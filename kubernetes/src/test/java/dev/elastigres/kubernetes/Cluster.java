package dev.elastigres.kubernetes;

import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.ControlPlane;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What tests with a control plane have in common.
public final class Cluster {
    private Cluster() {}

    /// Makes the kind known, and waits until it is.
    public static void install(ControlPlane plane, Path definition)
            throws TestbedException, IOException {
        plane.kubectl().apply(Files.readString(definition));
        plane.kubectl()
                .run(
                        "wait",
                        "--for=condition=Established",
                        "crd/postgresautoscalers.elastigres.dev",
                        "--timeout=60s");
    }

    /// Whoever the file is for.
    public static KubernetesClient client(Path kubeconfig) {
        Config config = Config.fromKubeconfig(kubeconfig.toFile());
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesClientBuilder().withConfig(config).build();
    }
}
