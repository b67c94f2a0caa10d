package dev.elastigres.core.monitor;

import java.time.Duration;
import java.util.Optional;

/// All that the runner decides by.
///
/// @param foresight empty when nothing is foreseen: more is asked for when the average is at the
///      threshold, and again while it is, as deployed monitors do
/// @param cpu when CPUs are asked for; empty for never
/// @param answerWithin how long an answer may wait for Postgres; below the agent's own limit of 5 s
public record Rules(
        MemoryRules memory,
        AskingRules asking,
        Optional<Foresight> foresight,
        Optional<CpuRules> cpu,
        Duration answerWithin) {
    /// Without foresight, and memory alone: the numbers of deployed monitors.
    public static final Rules DEFAULT =
            new Rules(
                    MemoryRules.DEFAULT,
                    AskingRules.DEFAULT,
                    Optional.empty(),
                    Optional.empty(),
                    Duration.ofSeconds(3));

    public static final Rules FORESIGHTED = DEFAULT.with(Foresight.DEFAULT);

    public Rules {
        if (!answerWithin.isPositive())
            throw new IllegalArgumentException("no time to answer: " + answerWithin);
    }

    public Rules with(Foresight sight) {
        return new Rules(memory, asking, Optional.of(sight), cpu, answerWithin);
    }

    public Rules with(CpuRules cpus) {
        return new Rules(memory, asking, foresight, Optional.of(cpus), answerWithin);
    }
}
