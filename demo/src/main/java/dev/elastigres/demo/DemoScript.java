package dev.elastigres.demo;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;

/// How fast and how far the story goes.
///
/// @param calm how long everything is looked at before and at the top of the load
/// @param top what Postgres is to use at most
/// @param betweenReports the pause between two of the load's queries, each of about 10 MiB
/// @param maxReports so that a load which fills no memory ends
/// @param patience how long each step of the story may take
/// @param timeout how long all of it may take
record DemoScript(
        DemoAgentRules agent,
        Duration calm,
        Bytes top,
        Duration betweenReports,
        int maxReports,
        Duration patience,
        Duration timeout) {
    static final DemoScript DEFAULT =
            new DemoScript(
                    DemoAgentRules.DEFAULT,
                    Duration.ofMillis(2500),
                    Bytes.ofMebibytes(680),
                    Duration.ofMillis(190),
                    200,
                    Duration.ofSeconds(40),
                    Duration.ofSeconds(80));
}
