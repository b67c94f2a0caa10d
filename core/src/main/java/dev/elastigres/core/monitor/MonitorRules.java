package dev.elastigres.core.monitor;

import java.time.Duration;
import java.util.Optional;

/// All that the runner decides by.
///
/// @param horizon empty when nothing is foreseen: more is asked for when the average is at the
///      threshold, and again while it is, as deployed monitors do
/// @param cpu when CPUs are asked for; empty for never
/// @param answerWithin how long an answer may wait for Postgres; below the agent's own limit of 5 s
public record MonitorRules(
        MemoryRules memory,
        UpscaleBackoffRules backoff,
        Optional<ForecastHorizon> horizon,
        Optional<CpuRules> cpu,
        Duration answerWithin) {
    /// Without foresight, and memory alone: the numbers of deployed monitors.
    public static final MonitorRules DEFAULT =
            new MonitorRules(
                    MemoryRules.DEFAULT,
                    UpscaleBackoffRules.DEFAULT,
                    Optional.empty(),
                    Optional.empty(),
                    Duration.ofSeconds(3));

    public static final MonitorRules FORESIGHTED = DEFAULT.with(ForecastHorizon.DEFAULT);

    public MonitorRules {
        if (!answerWithin.isPositive())
            throw new IllegalArgumentException("no time to answer: " + answerWithin);
    }

    public MonitorRules with(ForecastHorizon sight) {
        return new MonitorRules(memory, backoff, Optional.of(sight), cpu, answerWithin);
    }

    public MonitorRules with(CpuRules cpus) {
        return new MonitorRules(memory, backoff, horizon, Optional.of(cpus), answerWithin);
    }
}
