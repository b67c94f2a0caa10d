package dev.elastigres.demo;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;

/// Parameters of the demo.
///
/// @param calm how long the demo stays idle before the load, and at its peak
/// @param top maximum memory of Postgres
/// @param betweenReports pause between two queries of the load, each of about 10 MiB
/// @param maxReports maximum number of queries, which ends a load that does not fill memory
/// @param stepTimeout timeout of each step
/// @param timeout of the whole demo
record DemoScript(
        DemoAgentRules agent,
        Duration calm,
        Bytes top,
        Duration betweenReports,
        int maxReports,
        Duration stepTimeout,
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
