package dev.elastigres.kubernetes.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.agent.worker.VmView;
import dev.elastigres.core.agent.Event;
import dev.elastigres.daemon.log.Level;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.targets.Choices;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.Targets;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The part of an agent that writes status, with a node as the test says.
final class TestAgent implements AutoCloseable {
    static final Waits WAITS =
            new Waits(
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
    private final Map<PodName, VmView> vms = new ConcurrentHashMap<>();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private volatile Optional<Choices> choices = Optional.empty();
    final StatusController controller;

    /// With waits so long that a test's own pauses, however slow its machine, are short.
    static final Waits LONG_WAITS =
            new Waits(
                    Duration.ofSeconds(3),
                    WAITS.unrest(),
                    WAITS.turn(),
                    WAITS.nobody(),
                    WAITS.longest(),
                    WAITS.troubled(),
                    WAITS.patience(),
                    WAITS.stale());

    /// @param client of its account; closed with it
    TestAgent(KubernetesClient client, String node) {
        this(client, node, WAITS);
    }

    /// @param client of its account; closed with it
    TestAgent(KubernetesClient client, String node, Waits waits) {
        this.client = client;
        this.node = node;
        controller =
                StatusController.start(
                        client,
                        node,
                        new Autoscalers(node, () -> {}),
                        () -> choices,
                        pod -> Optional.ofNullable(vms.get(pod)),
                        waits,
                        Log.to(log, LogFormat.TEXT, Level.DEBUG, Clock.systemUTC()));
    }

    String log() {
        return log.toString(UTF_8);
    }

    /// The pod is on this node, and is as `view` shows.
    void has(Pod pod, VmView view) {
        pods.put(new PodName(pod.getMetadata().getNamespace(), pod.getMetadata().getName()), pod);
        shows(view);
        choose();
    }

    void lost(PodName pod) {
        pods.remove(pod);
        vms.remove(pod);
        choose();
    }

    /// Something happened, after which a pod is as `view` shows.
    void shows(VmView view) {
        vms.put(PodName.parse(view.name()).orElseThrow(), view);
        controller.happened(view.name(), new Event.Woke());
    }

    /// By what all objects say now.
    void choose() {
        choose(client.resources(PostgresAutoscaler.class).inAnyNamespace().list().getItems());
    }

    /// By what `objects` say.
    void choose(Collection<PostgresAutoscaler> objects) {
        choices = Optional.of(Targets.of(pods.values(), objects));
        controller.choicesChanged();
    }

    @Override
    public void close() {
        controller.close();
        client.close();
    }
}
