package dev.elastigres.demo;

import java.time.Duration;

/// By what the agent decides. It has no metrics of its own: it tries to give back a unit whenever
/// nothing more was asked for in a while.
///
/// @param calm how long after growing, or after a request for more, it tries to shrink
/// @param pace how long after a granted downscale it tries the next
/// @param afterRefusal how long a refused downscale is not asked again
/// @param healthEvery between two health checks
/// @param answerWithin how long the monitor may take to answer anything
record DemoAgentRules(
        MachineSizes scale,
        Duration calm,
        Duration pace,
        Duration afterRefusal,
        Duration healthEvery,
        Duration answerWithin) {
    static final DemoAgentRules DEFAULT =
            new DemoAgentRules(
                    MachineSizes.DEFAULT,
                    Duration.ofMillis(2500),
                    Duration.ofMillis(1500),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5));
}
