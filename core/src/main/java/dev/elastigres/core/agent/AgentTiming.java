package dev.elastigres.core.agent;

import java.time.Duration;

/// Timeouts and intervals of the agent's decisions for one VM; all positive.
///
/// @param schedulerInterval maximum interval between reports to the scheduler; longer than
///     `schedulerTimeout`
/// @param schedulerTimeout time within which the scheduler must answer
/// @param schedulerBackoff interval before the next request after a failed one
/// @param deniedBackoff interval before the next request after the scheduler permitted less than
///     requested
/// @param resizeTimeout time within which a resize must end
/// @param resizeBackoff first interval before a failed resize is retried, and interval between two
///     readings of a VM whose resize is still in progress
/// @param monitorTimeout time within which the monitor must answer
/// @param monitorRetry interval before the next message after the monitor failed
/// @param urgentDuration how long an urgent request of the monitor counts
/// @param staleAfter age from which metrics do not make a VM smaller
public record AgentTiming(
        Duration schedulerInterval,
        Duration schedulerTimeout,
        Duration schedulerBackoff,
        Duration deniedBackoff,
        Duration resizeTimeout,
        Duration resizeBackoff,
        Duration monitorTimeout,
        Duration monitorRetry,
        Duration urgentDuration,
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
                    schedulerInterval,
                    schedulerTimeout,
                    schedulerBackoff,
                    deniedBackoff,
                    resizeTimeout,
                    resizeBackoff,
                    monitorTimeout,
                    monitorRetry,
                    urgentDuration,
                    staleAfter
                })
            if (!each.isPositive())
                throw new IllegalArgumentException("a time must be above zero: " + each);
        if (schedulerInterval.compareTo(schedulerTimeout) <= 0)
            throw new IllegalArgumentException(
                    "the timeout of the scheduler must be shorter than the interval of reports to it");
    }
}
