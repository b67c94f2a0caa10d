package dev.elastigres.kubernetes.events;

import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.thread.Threads;
import dev.elastigres.kubernetes.node.ApiFailures;
import dev.elastigres.kubernetes.targets.PodName;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.OptionalInt;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/// Writes Kubernetes events of pods, as `kubectl describe pod` shows them. Writing does not block:
/// events that the API server does not accept are lost and counted. Thread-safe.
public final class PodEvents implements AutoCloseable {
    private static final String CONTROLLER = "elastigres.dev/agent";
    private static final int MAX_WAITING = 256;
    private static final int MAX_NOTE_LENGTH = 1000;
    private static final int MAX_INSTANCE_LENGTH = 128;
    private static final int MAX_NAME_LENGTH = 230;

    /// The API server accepts exactly six fractional digits.
    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final KubernetesClient client;
    private final String node;
    private final Log log;
    private final BlockingQueue<Event> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final EventQuota quota = new EventQuota();
    private final AtomicLong numbers = new AtomicLong(System.currentTimeMillis() << 16);
    private final AtomicLong lost = new AtomicLong();
    private final Thread sender = Thread.ofVirtual().name("pod-events").unstarted(this::send);

    /// Whether the last event was written; used by the sender only.
    private boolean well = true;

    private PodEvents(KubernetesClient client, String node, Log log) {
        this.client = client;
        this.node = node;
        this.log = log;
    }

    /// @param client client of the API server; the caller closes it, after this object
    /// @param node name of the agent's node
    public static PodEvents start(KubernetesClient client, String node, Log log) {
        var events = new PodEvents(client, node, log);
        events.sender.start();
        return events;
    }

    /// Writes an event, unless the quota of similar events is used up.
    ///
    /// @param uid uid of the pod
    /// @param note one readable clause
    public void report(PodName pod, String uid, EventReason reason, String note) {
        OptionalInt before;
        synchronized (quota) {
            before = quota.take(uid, reason, new Moment(System.nanoTime()));
        }
        if (before.isEmpty()) return;
        if (!waiting.offer(event(pod, uid, reason, note, before.getAsInt())))
            lost.incrementAndGet();
    }

    /// Returns the number of lost events.
    public long lost() {
        return lost.get();
    }

    private Event event(PodName pod, String uid, EventReason reason, String note, int before) {
        String more = before == 0 ? "" : " (and %d similar events before)".formatted(before);
        String name = cut(pod.name(), MAX_NAME_LENGTH);
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(pod.namespace())
                .withName(name + "." + Long.toHexString(numbers.incrementAndGet()))
                .endMetadata()
                .withEventTime(new MicroTime(MICROSECONDS.format(Instant.now())))
                .withReportingController(CONTROLLER)
                .withReportingInstance(cut(node, MAX_INSTANCE_LENGTH))
                .withType(reason.type())
                .withReason(reason.word())
                .withAction(reason.action())
                .withNote(cut(note, MAX_NOTE_LENGTH - more.length()) + more)
                .withNewRegarding()
                .withApiVersion("v1")
                .withKind("Pod")
                .withNamespace(pod.namespace())
                .withName(pod.name())
                .withUid(uid)
                .endRegarding()
                .build();
    }

    private static String cut(String text, int maxLength) {
        return text.length() <= maxLength ? text : text.substring(0, maxLength);
    }

    private void send() {
        try {
            while (true) send(waiting.take());
        } catch (InterruptedException _) {
            // Only close() interrupts this thread.
        }
    }

    private void send(Event event) throws InterruptedException {
        try {
            client.events()
                    .v1()
                    .events()
                    .inNamespace(event.getMetadata().getNamespace())
                    .resource(event)
                    .create();
            if (!well) log.info("events are written again", "lost", lost.get());
            well = true;
        } catch (KubernetesClientException e) {
            lost.incrementAndGet();
            // The client reports an interrupted call in this way, too.
            if (Thread.interrupted()) throw new InterruptedException();
            if (well)
                log.warn(
                        "an event is lost",
                        "pod",
                        event.getRegarding().getNamespace() + "/" + event.getRegarding().getName(),
                        "missing_right",
                        ApiFailures.isMissingRight(e) ? "create events.events.k8s.io" : null,
                        "cause",
                        e);
            well = false;
        }
    }

    @Override
    public void close() {
        Threads.end(sender);
    }
}
