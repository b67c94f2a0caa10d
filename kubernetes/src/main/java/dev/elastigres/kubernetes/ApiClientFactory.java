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

/// Creates clients of the API server.
public final class ApiClientFactory {
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration ANSWER = Duration.ofSeconds(5);

    /// Initial delay before an ended watch is restarted. Each failure doubles the delay, up to 32
    /// times the initial one. After a long outage of the API server, a node is therefore watched
    /// again within 7 s.
    private static final Duration WATCH_AGAIN = Duration.ofMillis(200);

    /// The library's logger. Its warnings are suppressed, because the callers log failures once and
    /// in more detail. The field prevents garbage collection of the logger and its level.
    private static final Logger LIBRARY = Logger.getLogger("io.fabric8.kubernetes.client");

    private ApiClientFactory() {}

    /// @param kubeconfig a kubeconfig file; if empty, the user's own file, or else the service
    ///     account of this pod
    public static KubernetesClient open(Optional<Path> kubeconfig) throws AgentStartException {
        LIBRARY.setLevel(Level.SEVERE);
        try {
            Config config =
                    new ConfigBuilder(found(kubeconfig))
                            .withConnectionTimeout((int) CONNECT.toMillis())
                            .withRequestTimeout((int) ANSWER.toMillis())
                            // The callers decide whether to retry.
                            .withRequestRetryBackoffLimit(0)
                            .withWatchReconnectInterval((int) WATCH_AGAIN.toMillis())
                            .build();
            return new KubernetesClientBuilder().withConfig(config).build();
        } catch (KubernetesClientException | IllegalArgumentException e) {
            throw new AgentStartException(
                    "cannot read the configuration of the API server's client", e);
        }
    }

    private static Config found(Optional<Path> kubeconfig) throws AgentStartException {
        if (kubeconfig.isEmpty()) return Config.autoConfigure(null);
        Path file = kubeconfig.get();
        if (!Files.isReadable(file)) throw new AgentStartException("cannot read " + file);
        return Config.fromKubeconfig(file.toFile());
    }
}
