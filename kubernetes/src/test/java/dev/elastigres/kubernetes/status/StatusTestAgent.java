package dev.elastigres.kubernetes.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.agent.Event;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.PodSelection;
import dev.elastigres.kubernetes.targets.TargetResolver;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The part of an agent that writes status, with a simulated node.
final class StatusTestAgent implements AutoCloseable {
    static final StatusDelays WAITS =
            new StatusDelays(
                    Duration.ofMillis(300),
                    Duration.ofSeconds(9),
                    Duration.ofMillis(300),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(10),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1));

    final String node;
    private final KubernetesClient client;
    private final Map<PodName, Pod> pods = new ConcurrentHashMap<>();
    private final Map<PodName, VmStatus> vms = new ConcurrentHashMap<>();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private volatile Optional<PodSelection> choices = Optional.empty();
    final StatusController controller;

    /// Delays that are long compared with a test's own pauses, even on a slow machine.
    static final StatusDelays LONG_WAITS =
            new StatusDelays(
                    Duration.ofSeconds(3),
                    WAITS.unrest(),
                    WAITS.writeInterval(),
                    WAITS.noPods(),
                    WAITS.max(),
                    WAITS.afterProblem(),
                    WAITS.maxWait(),
                    WAITS.stale());

    /// @param client client with the agent's account; closed with the agent
    StatusTestAgent(KubernetesClient client, String node) {
        this(client, node, WAITS);
    }

    /// @param client client with the agent's account; closed with the agent
    StatusTestAgent(KubernetesClient client, String node, StatusDelays delays) {
        this.client = client;
        this.node = node;
        controller =
                StatusController.start(
                        client,
                        node,
                        new AutoscalerStore(node, () -> {}),
                        () -> choices,
                        pod -> Optional.ofNullable(vms.get(pod)),
                        delays,
                        Log.to(log, LogFormat.TEXT, LogLevel.DEBUG, Clock.systemUTC()));
    }

    String log() {
        return log.toString(UTF_8);
    }

    /// Places the pod on this node, with the state `view`.
    void has(Pod pod, VmStatus view) {
        pods.put(new PodName(pod.getMetadata().getNamespace(), pod.getMetadata().getName()), pod);
        shows(view);
        choose();
    }

    void lost(PodName pod) {
        pods.remove(pod);
        vms.remove(pod);
        choose();
    }

    /// Changes the state of a pod to `view`, and notifies the controller of an event.
    void shows(VmStatus view) {
        vms.put(PodName.parse(view.name()).orElseThrow(), view);
        controller.happened(view.name(), new Event.TimerFired());
    }

    /// Updates the selection from all objects.
    void choose() {
        choose(client.resources(PostgresAutoscaler.class).inAnyNamespace().list().getItems());
    }

    /// Updates the selection from `objects`.
    void choose(Collection<PostgresAutoscaler> objects) {
        choices = Optional.of(TargetResolver.of(pods.values(), objects));
        controller.choicesChanged();
    }

    @Override
    public void close() {
        controller.close();
        client.close();
    }
}
