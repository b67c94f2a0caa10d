package dev.elastigres.agent.worker;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// Polling intervals and timeouts of the agent. Repeated work is spread in time, so that VMs are
/// not polled in step.
///
/// @param discoveryInterval interval of VM discovery
/// @param sizeInterval maximum interval between two reads of a VM's size
/// @param metricsInterval interval of the machine's metrics page
/// @param hostTimeout timeout of that page
/// @param cacheEvery interval of the cache's metrics page
/// @param cacheTimeout timeout of that page
/// @param healthEvery interval of a monitor's health checks
/// @param healthTimeout maximum age of a monitor's last good answer, after which its connection is
///     closed
/// @param connectTimeout timeout of a connection to a monitor and its handshake
/// @param reconnectInterval minimum interval between the starts of two connections
/// @param restartFirst first backoff after a bug of a VM's worker; it doubles each time
/// @param restartMax maximum backoff
public record PollingConfig(
        Duration discoveryInterval,
        Duration sizeInterval,
        Duration metricsInterval,
        Duration hostTimeout,
        Duration cacheEvery,
        Duration cacheTimeout,
        Duration healthEvery,
        Duration healthTimeout,
        Duration connectTimeout,
        Duration reconnectInterval,
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

    /// Maximum fraction by which an interval is lengthened.
    private static final double SPREAD = 0.1;

    public PollingConfig {
        for (Duration each :
                new Duration[] {
                    discoveryInterval, sizeInterval, hostTimeout, cacheTimeout, connectTimeout
                })
            if (!each.isPositive())
                throw new IllegalArgumentException(
                        "an interval or timeout must be above zero: " + each);
        less(
                hostTimeout,
                metricsInterval,
                "the timeout of host metrics is not below their interval");
        less(cacheTimeout, cacheEvery, "the timeout of cache metrics is not below their interval");
        less(
                healthEvery,
                healthTimeout,
                "the health check interval is not below the monitor's timeout");
        less(
                connectTimeout,
                reconnectInterval,
                "the connect timeout is not below the reconnect interval");
        less(restartFirst, restartMax, "the maximum restart backoff is not above the first");
    }

    private static void less(Duration one, Duration other, String otherwise) {
        if (one.compareTo(other) >= 0) throw new IllegalArgumentException(otherwise);
    }

    /// Returns how long cache metrics are valid: two intervals and a timeout.
    Duration cacheCounts() {
        return cacheEvery.multipliedBy(2).plus(cacheTimeout);
    }

    /// Returns a random part of `wait`.
    static Duration part(Duration wait) {
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(wait.toNanos()));
    }

    /// Returns `wait`, lengthened by up to a tenth.
    static Duration spread(Duration wait) {
        double part = ThreadLocalRandom.current().nextDouble(SPREAD);
        return wait.plusNanos((long) (wait.toNanos() * part));
    }
}
