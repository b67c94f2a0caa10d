package dev.elastigres.core.monitor;

import dev.elastigres.core.monitor.Refusal.StaleSample;
import dev.elastigres.core.monitor.Refusal.TooFewSamples;
import dev.elastigres.core.monitor.Refusal.TooLittleAvailable;
import dev.elastigres.core.monitor.Refusal.TooMuchUsed;
import dev.elastigres.core.monitor.Refusal.UsageUnreadable;
import dev.elastigres.core.monitor.Usage.Known;
import dev.elastigres.core.monitor.Usage.NotMonitored;
import dev.elastigres.core.monitor.Usage.Unreadable;
import dev.elastigres.core.monitor.Usage.Unsampled;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Optional;

/// Checks whether a VM's memory can be reduced.
public final class DownscaleCheck {
    private DownscaleCheck() {}

    /// Returns why the VM cannot shrink to `target` now; empty if it can. Unknown usage refuses a
    /// downscale: a database that is too large costs money, one that is killed costs data.
    public static Optional<Refusal> refusal(
            Bytes target, Usage usage, MemoryRules rules, Moment now) {
        return switch (usage) {
            case NotMonitored() -> Optional.empty();
            case Unsampled() -> Optional.of(new TooFewSamples(0, rules.minSamples()));
            case Unreadable(String why) -> Optional.of(new UsageUnreadable(why));
            case Known known -> refusal(target, known, rules, now);
        };
    }

    private static Optional<Refusal> refusal(
            Bytes target, Known usage, MemoryRules rules, Moment now) {
        if (usage.samples() < rules.minSamples())
            return Optional.of(new TooFewSamples(usage.samples(), rules.minSamples()));

        Duration age = now.since(usage.at());
        if (age.compareTo(rules.staleAfter()) > 0)
            return Optional.of(new StaleSample(age, rules.staleAfter()));

        if (usage.machine() instanceof MachineMemory.Unreadable(String why))
            return Optional.of(new UsageUnreadable(why));
        MemoryDemand demand = MemoryDemand.of(usage.cautious(), usage.machine());
        MemoryLimits limits = rules.limits(rules.usable(target));
        Bytes buffer = rules.downscaleBuffer();
        MemoryDemand needed = demand.plus(buffer);
        if (limits.hold(needed)) return Optional.empty();
        Bytes min = rules.totalFor(needed);
        return Optional.of(
                limits.used().isLessThan(needed.used())
                        ? new TooMuchUsed(target, limits.used(), demand.used(), buffer, min)
                        : new TooLittleAvailable(
                                target,
                                limits.unavailable(),
                                demand.unavailable().orElse(Bytes.ZERO),
                                buffer,
                                min));
    }
}
