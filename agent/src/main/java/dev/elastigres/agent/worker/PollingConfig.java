package dev.elastigres.agent.worker;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// How often the agent looks at a VM and its peers, and how long it waits for them. What is done
/// again and again is spread, so that VMs do not move in step.
///
/// @param findEvery between two looks at which VMs there are
/// @param lookEvery the most time between two looks at a VM's size
/// @param hostEvery between two pages of the machine's metrics
/// @param hostTimeout how long such a page may take
/// @param cacheEvery between two pages of the cache's metrics
/// @param cacheTimeout how long such a page may take
/// @param healthEvery between two health checks of a monitor
/// @param healthFails a monitor whose last good answer is older than this loses its connection
/// @param connectTimeout how long a connection to a monitor may take, with its handshake
/// @param reconnectAfter the least time between the beginnings of two connections
/// @param restartFirst how long a VM rests after a bug of its worker; twice as long each time
/// @param restartMax where doubling ends
public record PollingConfig(
        Duration findEvery,
        Duration lookEvery,
        Duration hostEvery,
        Duration hostTimeout,
        Duration cacheEvery,
        Duration cacheTimeout,
        Duration healthEvery,
        Duration healthFails,
        Duration connectTimeout,
        Duration reconnectAfter,
        Duration restartFirst,
        Duration restartMax) {
    public static final PollingConfig DEFAULT =
            new PollingConfig(
                    Duration.ofMillis(500),
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(4),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(1));

    /// The part of a wait by which it may be longer.
    private static final double SPREAD = 0.1;

    public PollingConfig {
        for (Duration each :
                new Duration[] {findEvery, lookEvery, hostTimeout, cacheTimeout, connectTimeout})
            if (!each.isPositive()) throw new IllegalArgumentException("no time: " + each);
        less(
                hostTimeout,
                hostEvery,
                "a page of the machine's metrics may take longer than to the next");
        less(
                cacheTimeout,
                cacheEvery,
                "a page of the cache's metrics may take longer than to the next");
        less(healthEvery, healthFails, "a monitor fails before it is asked");
        less(connectTimeout, reconnectAfter, "a connection may begin beside the one before");
        less(restartFirst, restartMax, "the longest rest after a bug is no longer than the first");
    }

    private static void less(Duration one, Duration other, String otherwise) {
        if (one.compareTo(other) >= 0) throw new IllegalArgumentException(otherwise);
    }

    /// Windows of the cache count until the next but one should have come.
    Duration cacheCounts() {
        return cacheEvery.multipliedBy(2).plus(cacheTimeout);
    }

    /// Any part of `wait`.
    static Duration part(Duration wait) {
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(wait.toNanos()));
    }

    /// `wait`, or up to a tenth more.
    static Duration spread(Duration wait) {
        double part = ThreadLocalRandom.current().nextDouble(SPREAD);
        return wait.plusNanos((long) (wait.toNanos() * part));
    }
}
