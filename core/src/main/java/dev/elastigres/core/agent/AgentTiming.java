package dev.elastigres.core.agent;

import java.time.Duration;

/// Timeouts and intervals of the agent's decisions for one VM; all positive.
///
/// @param schedulerEvery maximum interval between reports to the scheduler; longer than
///     `schedulerTimeout`
/// @param schedulerTimeout time within which the scheduler must answer
/// @param schedulerRetry interval before the next request after a failed one
/// @param deniedRetry interval before the next request after the scheduler permitted less than
///     requested
/// @param resizeTimeout time within which a resize must end
/// @param resizeRetry first interval before a failed resize is retried, and interval between two
///     readings of a VM whose resize is still in progress
/// @param monitorTimeout time within which the monitor must answer
/// @param monitorRetry interval before the next message after the monitor failed
/// @param urgentFor how long an urgent request of the monitor counts
/// @param staleAfter age from which metrics do not make a VM smaller
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
                })
            if (!each.isPositive())
                throw new IllegalArgumentException("a time must be above zero: " + each);
        if (schedulerEvery.compareTo(schedulerTimeout) <= 0)
            throw new IllegalArgumentException(
                    "the scheduler may take longer to answer than it is left alone");
    }
}
