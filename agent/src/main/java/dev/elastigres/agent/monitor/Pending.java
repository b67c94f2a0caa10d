package dev.elastigres.agent.monitor;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What a monitor was asked in this session and has not answered, by the ids of the messages.
final class Pending {
    /// A monitor that answers nothing is forgotten bit by bit.
    private static final int MOST = 64;

    private final Map<Long, Question> questions =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Long, Question> eldest) {
                    return size() > MOST;
                }
            };

    /// What an answer is to be taken for.
    sealed interface Question {
        /// @param id of the action that it comes from
        record Told(long id) implements Question {}

        /// @param id of the action that it comes from
        record Asked(long id) implements Question {}

        record Health() implements Question {}
    }

    void add(long id, Question question) {
        questions.put(id, question);
    }

    /// The question that message `id` answers; each is answered once.
    Optional<Question> take(long id) {
        return Optional.ofNullable(questions.remove(id));
    }
}
