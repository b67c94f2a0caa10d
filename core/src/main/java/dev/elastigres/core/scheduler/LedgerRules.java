package dev.elastigres.core.scheduler;

import java.time.Duration;

/// Times of the ledger.
///
/// @param settleTime time after a growth during which the VM's booking is not lowered. The protocol
///     numbers no requests, so an old report of a smaller size may arrive after the permit to grow.
///     It must exceed the time after which every agent gives up a request: deployed agents wait up
///     to 10 s
/// @param waitCounts time that an unmet request keeps its claim on freed room. It must exceed the
///     interval of reports, which is 15 s for deployed agents
public record LedgerRules(Duration settleTime, Duration waitCounts) {
    public static final LedgerRules DEFAULT =
            new LedgerRules(Duration.ofSeconds(15), Duration.ofSeconds(20));

    public LedgerRules {
        if (settleTime.isNegative() || waitCounts.isNegative())
            throw new IllegalArgumentException("negative times: " + settleTime + ", " + waitCounts);
    }
}
