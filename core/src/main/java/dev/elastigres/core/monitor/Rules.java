package dev.elastigres.core.monitor;

import java.time.Duration;

/// All that the runner decides by.
///
/// @param answerWithin how long an answer may wait for Postgres; below the agent's own limit of 5 s
public record Rules(MemoryRules memory, AskingRules asking, Duration answerWithin) {
    public static final Rules DEFAULT =
            new Rules(MemoryRules.DEFAULT, AskingRules.DEFAULT, Duration.ofSeconds(3));

    public Rules {
        if (!answerWithin.isPositive())
            throw new IllegalArgumentException("no time to answer: " + answerWithin);
    }
}
