package dev.elastigres.agent.monitor;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What a monitor was asked in this session and has not answered, by the ids of the messages.
final class PendingRequests {
    /// A monitor that answers nothing is forgotten bit by bit.
    private static final int MAX = 64;

    private final Map<Long, PendingRequest> questions =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Long, PendingRequest> eldest) {
                    return size() > MAX;
                }
            };

    /// What an answer is to be taken for.
    sealed interface PendingRequest {
        /// @param id of the action that it comes from
        record Notification(long id) implements PendingRequest {}

        /// @param id of the action that it comes from
        record Downscale(long id) implements PendingRequest {}

        record Health() implements PendingRequest {}
    }

    void add(long id, PendingRequest question) {
        questions.put(id, question);
    }

    /// The question that message `id` answers; each is answered once.
    Optional<PendingRequest> take(long id) {
        return Optional.ofNullable(questions.remove(id));
    }
}
