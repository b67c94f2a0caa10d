package dev.elastigres.kubernetes.events;

import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.thread.MonotonicClock;
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

/// Writes Kubernetes events of objects, as `kubectl describe` shows them. Writing does not block:
/// events that the API server does not accept are lost and counted. Thread-safe.
public final class EventWriter implements AutoCloseable {
    private static final int MAX_WAITING = 256;
    private static final int MAX_NOTE_LENGTH = 1000;
    private static final int MAX_INSTANCE_LENGTH = 128;
    private static final int MAX_NAME_LENGTH = 230;

    /// The API server accepts exactly six fractional digits.
    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final KubernetesClient client;
    private final EventReporter reporter;
    private final Log log;
    private final BlockingQueue<Event> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final EventQuota quota = new EventQuota();
    private final AtomicLong numbers = new AtomicLong(System.currentTimeMillis() << 16);
    private final AtomicLong lost = new AtomicLong();
    private final Thread sender = Thread.ofVirtual().name("events").unstarted(this::send);

    /// Whether the last event was written; used by the sender only.
    private boolean well = true;

    /// The component that reports events.
    ///
    /// @param controller name of the component, such as `elastigres.dev/agent`
    /// @param instance name of this instance of it, such as its node
    public record EventReporter(String controller, String instance) {
        /// The agent of a node.
        public static EventReporter agent(String node) {
            return new EventReporter("elastigres.dev/agent", node);
        }
    }

    private EventWriter(KubernetesClient client, EventReporter reporter, Log log) {
        this.client = client;
        this.reporter = reporter;
        this.log = log;
    }

    /// @param client client of the API server; the caller closes it, after this object
    public static EventWriter start(KubernetesClient client, EventReporter reporter, Log log) {
        var events = new EventWriter(client, reporter, log);
        events.sender.start();
        return events;
    }

    /// Writes an event of a pod, unless the quota of similar events is used up.
    ///
    /// @param uid uid of the pod
    /// @param note one readable clause
    public void report(PodName pod, String uid, EventReason reason, String note) {
        report(EventSubject.pod(pod, uid), reason, note);
    }

    /// Writes an event, unless the quota of similar events is used up.
    ///
    /// @param note one readable clause
    public void report(EventSubject subject, EventReason reason, String note) {
        OptionalInt before;
        synchronized (quota) {
            before = quota.take(subject.uid(), reason, MonotonicClock.now());
        }
        if (before.isEmpty()) return;
        if (!waiting.offer(event(subject, reason, note, before.getAsInt()))) lost.incrementAndGet();
    }

    /// Returns the number of lost events.
    public long lost() {
        return lost.get();
    }

    private Event event(EventSubject subject, EventReason reason, String note, int before) {
        String more = before == 0 ? "" : " (and %d similar events before)".formatted(before);
        String name = cut(subject.name(), MAX_NAME_LENGTH);
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(subject.namespace())
                .withName(name + "." + Long.toHexString(numbers.incrementAndGet()))
                .endMetadata()
                .withEventTime(new MicroTime(MICROSECONDS.format(Instant.now())))
                .withReportingController(reporter.controller())
                .withReportingInstance(cut(reporter.instance(), MAX_INSTANCE_LENGTH))
                .withType(reason.type())
                .withReason(reason.word())
                .withAction(reason.action())
                .withNote(cut(note, MAX_NOTE_LENGTH - more.length()) + more)
                .withNewRegarding()
                .withApiVersion(subject.apiVersion())
                .withKind(subject.kind())
                .withNamespace(subject.namespace())
                .withName(subject.name())
                .withUid(subject.uid())
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
                        "object",
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
