package dev.elastigres.core.monitor;

import java.time.Duration;
import java.util.Optional;

/// All that the runner decides by.
///
/// @param foresight empty when nothing is foreseen: more is asked for when the average is at the
///      threshold, and again while it is, as deployed monitors do
/// @param answerWithin how long an answer may wait for Postgres; below the agent's own limit of 5 s
public record Rules(
        MemoryRules memory,
        AskingRules asking,
        Optional<Foresight> foresight,
        Duration answerWithin) {
    /// Without foresight: the numbers of deployed monitors.
    public static final Rules DEFAULT =
            new Rules(
                    MemoryRules.DEFAULT,
                    AskingRules.DEFAULT,
                    Optional.empty(),
                    Duration.ofSeconds(3));

    public static final Rules FORESIGHTED = DEFAULT.with(Foresight.DEFAULT);

    public Rules {
        if (!answerWithin.isPositive())
            throw new IllegalArgumentException("no time to answer: " + answerWithin);
    }

    public Rules with(Foresight sight) {
        return new Rules(memory, asking, Optional.of(sight), answerWithin);
    }
}
