package dev.elastigres.demo;

import java.time.Duration;

/// The demo agent's rules. It has no metrics: it tries to give back a unit whenever no request
/// came for some time.
///
/// @param calm time from growing, or from a request for more, to the next attempt to shrink
/// @param pace time from a granted downscale to the next attempt
/// @param afterRefusal time from a refused downscale to the next attempt
/// @param healthEvery interval between health checks
/// @param answerTimeout timeout of the monitor's answers
record DemoAgentRules(
        MachineSizes scale,
        Duration calm,
        Duration pace,
        Duration afterRefusal,
        Duration healthEvery,
        Duration answerTimeout) {
    static final DemoAgentRules DEFAULT =
            new DemoAgentRules(
                    MachineSizes.DEFAULT,
                    Duration.ofMillis(2500),
                    Duration.ofMillis(1500),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5));
}
