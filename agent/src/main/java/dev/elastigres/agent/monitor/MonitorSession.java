package dev.elastigres.agent.monitor;

import static dev.elastigres.daemon.thread.MonotonicClock.now;

import dev.elastigres.agent.monitor.MonitorConnection.ReceivedText;
import dev.elastigres.agent.monitor.PendingRequests.PendingRequest;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.CauseChain;
import dev.elastigres.protocol.monitor.AgentMessage;
import dev.elastigres.protocol.monitor.Decoded;
import dev.elastigres.protocol.monitor.MessageIds;
import dev.elastigres.protocol.monitor.MonitorMessage;
import dev.elastigres.protocol.monitor.MonitorMessage.DownscaleResult;
import dev.elastigres.protocol.monitor.MonitorMessage.HealthCheck;
import dev.elastigres.protocol.monitor.MonitorMessage.HealthDetails;
import dev.elastigres.protocol.monitor.MonitorMessage.InternalError;
import dev.elastigres.protocol.monitor.MonitorMessage.InvalidMessage;
import dev.elastigres.protocol.monitor.MonitorMessage.NeedDetails;
import dev.elastigres.protocol.monitor.MonitorMessage.UpscaleConfirmation;
import dev.elastigres.protocol.monitor.MonitorMessage.UpscaleRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// One session with a monitor. Its thread turns received messages into events, sends the messages
/// of a bounded queue, and checks the monitor's health.
public final class MonitorSession {
    private static final int OUTBOX = 32;

    /// Maximum number of consecutive unreadable messages before the session ends.
    private static final int MAX_UNREADABLE = 16;

    private final long number;
    private final MonitorConnection connection;
    private final SessionListener listener;
    private final BlockingQueue<OutgoingMessage> outbox = new ArrayBlockingQueue<>(OUTBOX);
    private final PendingRequests pending = new PendingRequests();
    private final MessageIds ids = MessageIds.ofAgent();

    private int unreadable;
    private Moment healthyAt = now();

    /// Receives the events of sessions.
    public interface SessionListener {
        void opened(MonitorSession session) throws InterruptedException;

        void happened(Event event) throws InterruptedException;

        /// The monitor reported its health and that of its Postgres.
        void health(HealthDetails health) throws InterruptedException;

        /// @param why one clause
        void ended(MonitorSession session, String why) throws InterruptedException;

        /// Connecting failed, so there is no session.
        ///
        /// @param why one clause
        void failed(String why) throws InterruptedException;

        /// The VM's monitor is not used.
        void unused() throws InterruptedException;
    }

    private sealed interface OutgoingMessage {
        record SendRequest(PendingRequest request, Resources size) implements OutgoingMessage {}

        record CheckHealth() implements OutgoingMessage {}

        record ReportUnreadable(long id, String why) implements OutgoingMessage {}
    }

    MonitorSession(long number, MonitorConnection connection, SessionListener listener) {
        this.number = number;
        this.connection = connection;
        this.listener = listener;
    }

    /// Returns the number of the session, unique for this VM.
    public long number() {
        return number;
    }

    /// Returns the negotiated protocol version.
    public int version() {
        return connection.version();
    }

    /// Queues the notification that the VM has `size`, without waiting.
    ///
    /// @param id of the action, which the event of the answer carries
    public void sendNotification(long id, Resources size) {
        enqueue(new OutgoingMessage.SendRequest(new PendingRequest.Notification(id), size));
    }

    /// Queues the request to shrink the VM to `target`, without waiting.
    ///
    /// @param id of the action, which the event of the answer carries
    public void sendDownscaleRequest(long id, Resources target) {
        enqueue(new OutgoingMessage.SendRequest(new PendingRequest.Downscale(id), target));
    }

    private void enqueue(OutgoingMessage outgoing) {
        if (outbox.offer(outgoing)) connection.wake();
        else connection.abort("the monitor reads too slowly: " + OUTBOX + " messages wait");
    }

    // ---- its thread

    /// Runs the session until it ends. Returns the reason of its end.
    ///
    /// @param every interval of health checks
    /// @param fails maximum age of the last successful health check
    String serve(Duration every, Duration fails) throws InterruptedException {
        try {
            Moment nextCheckAt = now();
            while (true) {
                Moment now = now();
                if (now.since(healthyAt).compareTo(fails) >= 0)
                    return "it answered no health check for " + fails.toSeconds() + " s";
                if (!now.isBefore(nextCheckAt)) {
                    nextCheckAt = now.plus(every);
                    enqueue(new OutgoingMessage.CheckHealth());
                }
                for (var next = outbox.poll(); next != null; next = outbox.poll()) send(next);
                ReceivedText received = connection.receiveText(nextCheckAt.since(now));
                if (received != null) receive(received.message());
            }
        } catch (MonitorConnectionException e) {
            return CauseChain.chain(e);
        }
    }

    private void send(OutgoingMessage outgoing)
            throws MonitorConnectionException, InterruptedException {
        switch (outgoing) {
            case OutgoingMessage.SendRequest(PendingRequest request, Resources size) -> {
                long id = ids.next();
                pending.add(id, request);
                connection.send(
                        request instanceof PendingRequest.Notification
                                ? new AgentMessage.UpscaleNotification(id, size)
                                : new AgentMessage.DownscaleRequest(id, size));
            }
            case OutgoingMessage.CheckHealth() -> {
                long id = ids.next();
                pending.add(id, new PendingRequest.Health());
                connection.send(new AgentMessage.HealthCheck(id));
            }
            case OutgoingMessage.ReportUnreadable(long id, String why) ->
                    connection.send(new AgentMessage.InvalidMessage(id, why));
        }
    }

    private void receive(Decoded<MonitorMessage> decoded)
            throws MonitorConnectionException, InterruptedException {
        switch (decoded) {
            case Decoded.Message<MonitorMessage>(MonitorMessage message) -> {
                unreadable = 0;
                take(message);
            }
            case Decoded.Unreadable<MonitorMessage>(long id, String why) -> {
                if (++unreadable >= MAX_UNREADABLE)
                    throw new MonitorConnectionException(
                            "the monitor sent an unreadable message: " + why);
                enqueue(new OutgoingMessage.ReportUnreadable(id, why));
                Optional<Event> failed =
                        failure(pending.take(id), "its answer cannot be read: " + why);
                if (failed.isPresent()) listener.happened(failed.get());
            }
        }
    }

    private void take(MonitorMessage message) throws InterruptedException {
        if (message instanceof UpscaleRequest(long _, NeedDetails wanted)) {
            listener.happened(new Event.UpscaleRequested(number, min(wanted)));
            return;
        }
        // Ignore an answer to an unknown request and a second answer.
        Optional<PendingRequest> request = pending.take(message.id());
        if (request.isEmpty()) return;
        if (request.get() instanceof PendingRequest.Health
                && message instanceof HealthCheck(long _, HealthDetails health)) {
            healthyAt = now();
            listener.health(health);
            return;
        }
        Optional<Event> event = answer(request.get(), message);
        if (event.isPresent()) listener.happened(event.get());
    }

    private Optional<Event> answer(PendingRequest request, MonitorMessage message) {
        if (request instanceof PendingRequest.Notification(long id)
                && message instanceof UpscaleConfirmation)
            return Optional.of(new Event.UpscaleConfirmed(number, id));
        if (request instanceof PendingRequest.Downscale(long id)
                && message
                        instanceof
                        DownscaleResult(
                                long _,
                                boolean ok,
                                String status,
                                MonitorMessage.RefusalDetails refused))
            return Optional.of(
                    ok
                            ? new Event.DownscaleAgreed(number, id)
                            : new Event.DownscaleRefused(
                                    number,
                                    id,
                                    refused.minMemory().map(it -> new Resources(0, it)),
                                    status));
        return failure(Optional.of(request), why(message));
    }

    private Optional<Event> failure(Optional<PendingRequest> request, String why) {
        return request.flatMap(
                it ->
                        switch (it) {
                            case PendingRequest.Notification(long id) ->
                                    Optional.of(new Event.MonitorFailed(number, id, why));
                            case PendingRequest.Downscale(long id) ->
                                    Optional.of(new Event.MonitorFailed(number, id, why));
                            case PendingRequest.Health() -> Optional.empty();
                        });
    }

    private static String why(MonitorMessage message) {
        return switch (message) {
            case InvalidMessage(long _, String error) -> "it cannot read the message: " + error;
            case InternalError(long _, String error) -> error;
            case UpscaleRequest _, UpscaleConfirmation _, DownscaleResult _, HealthCheck _ ->
                    "its answer has an unexpected type";
        };
    }

    /// Treats a resource without a value as sufficient.
    private static Optional<Resources> min(NeedDetails wanted) {
        if (wanted.memory().isEmpty() && wanted.vcpus().isEmpty()) return Optional.empty();
        return Optional.of(
                new Resources(wanted.vcpus().orElse(0), wanted.memory().orElse(Bytes.ZERO)));
    }
}
