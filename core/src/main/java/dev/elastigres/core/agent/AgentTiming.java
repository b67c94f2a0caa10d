package dev.elastigres.core.agent;

import java.time.Duration;

/// How long is waited for whom.
///
/// @param schedulerEvery the most time between two words to the scheduler
/// @param schedulerTimeout how long it may take to answer
/// @param schedulerRetry the wait after it failed
/// @param deniedRetry the wait after it gave less than was asked for
/// @param resizeTimeout how long a resize may take
/// @param resizeRetry the wait after one that failed, or between two looks at one that goes on
/// @param monitorTimeout how long the monitor may take to answer
/// @param monitorRetry the wait after it failed
/// @param urgentFor how long an urgent ask counts
/// @param staleAfter metrics older than this do not make a VM smaller
public record AgentTiming(
        Duration schedulerEvery,
        Duration schedulerTimeout,
        Duration schedulerRetry,
        Duration deniedRetry,
        Duration resizeTimeout,
        Duration resizeRetry,
        Duration monitorTimeout,
        Duration monitorRetry,
        Duration urgentFor,
        Duration staleAfter) {
    public static final AgentTiming DEFAULT =
            new AgentTiming(
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(20));

    public AgentTiming {
        for (Duration each :
                new Duration[] {
                    schedulerEvery,
                    schedulerTimeout,
                    schedulerRetry,
                    deniedRetry,
                    resizeTimeout,
                    resizeRetry,
                    monitorTimeout,
                    monitorRetry,
                    urgentFor,
                    staleAfter
                }) if (!each.isPositive()) throw new IllegalArgumentException("no time: " + each);
        if (schedulerEvery.compareTo(schedulerTimeout) <= 0)
            throw new IllegalArgumentException(
                    "the scheduler may take longer to answer than it is left alone");
    }
}
