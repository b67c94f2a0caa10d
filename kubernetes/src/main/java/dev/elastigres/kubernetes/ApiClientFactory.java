package dev.elastigres.kubernetes;

import dev.elastigres.agent.AgentStartException;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/// How the API server is reached.
public final class ApiClientFactory {
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration ANSWER = Duration.ofSeconds(5);

    /// What a watch that has ended waits at first. Each failure doubles it, up to 32 times as much:
    /// after the API server was away for long, a node is followed again within 7 s.
    private static final Duration WATCH_AGAIN = Duration.ofMillis(200);

    /// What it warns of, whoever asked says better, and once. It is kept here lest it is forgotten.
    private static final Logger LIBRARY = Logger.getLogger("io.fabric8.kubernetes.client");

    private ApiClientFactory() {}

    /// @param kubeconfig empty: the user's own file, or else the service account of this pod
    public static KubernetesClient open(Optional<Path> kubeconfig) throws AgentStartException {
        LIBRARY.setLevel(Level.SEVERE);
        try {
            Config config =
                    new ConfigBuilder(found(kubeconfig))
                            .withConnectionTimeout((int) CONNECT.toMillis())
                            .withRequestTimeout((int) ANSWER.toMillis())
                            // Whoever asks knows best whether to ask again.
                            .withRequestRetryBackoffLimit(0)
                            .withWatchReconnectInterval((int) WATCH_AGAIN.toMillis())
                            .build();
            return new KubernetesClientBuilder().withConfig(config).build();
        } catch (KubernetesClientException | IllegalArgumentException e) {
            throw new AgentStartException("cannot find how to reach the API server", e);
        }
    }

    private static Config found(Optional<Path> kubeconfig) throws AgentStartException {
        if (kubeconfig.isEmpty()) return Config.autoConfigure(null);
        Path file = kubeconfig.get();
        if (!Files.isReadable(file)) throw new AgentStartException("cannot read " + file);
        return Config.fromKubeconfig(file.toFile());
    }
}
