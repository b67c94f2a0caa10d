package dev.elastigres.agent.monitor;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The requests of a session that the monitor has not answered, by message id.
final class PendingRequests {
    /// Maximum number of requests kept; the oldest is dropped first.
    private static final int MAX = 64;

    private final Map<Long, PendingRequest> questions =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Long, PendingRequest> eldest) {
                    return size() > MAX;
                }
            };

    /// The kind of a request, which decides how its answer is handled.
    sealed interface PendingRequest {
        /// @param id of the action that caused it
        record Notification(long id) implements PendingRequest {}

        /// @param id of the action that caused it
        record Downscale(long id) implements PendingRequest {}

        record Health() implements PendingRequest {}
    }

    void add(long id, PendingRequest question) {
        questions.put(id, question);
    }

    /// Removes and returns the request of message `id`; each request is answered once.
    Optional<PendingRequest> take(long id) {
        return Optional.ofNullable(questions.remove(id));
    }
}
