package dev.elastigres.core.monitor;

import java.time.Duration;
import java.util.Optional;

/// Rules of all decisions of the monitor's runner.
///
/// @param horizon bounds of the forecast horizon; empty for no forecast: the monitor then requests
///     more when the average is at the threshold, and repeats the request while it is, as deployed
///     monitors do
/// @param cpu rules of requests for CPUs; empty for no such requests
/// @param answerTimeout maximum time that an answer waits for Postgres; below the agent's own
///     timeout of 5 s
public record MonitorRules(
        MemoryRules memory,
        UpscaleBackoffRules backoff,
        Optional<ForecastHorizon> horizon,
        Optional<CpuRules> cpu,
        Duration answerTimeout) {
    /// No forecast, and memory alone: the numbers of deployed monitors.
    public static final MonitorRules DEFAULT =
            new MonitorRules(
                    MemoryRules.DEFAULT,
                    UpscaleBackoffRules.DEFAULT,
                    Optional.empty(),
                    Optional.empty(),
                    Duration.ofSeconds(3));

    public static final MonitorRules FORESIGHTED = DEFAULT.with(ForecastHorizon.DEFAULT);

    public MonitorRules {
        if (!answerTimeout.isPositive())
            throw new IllegalArgumentException("no time to answer: " + answerTimeout);
    }

    public MonitorRules with(ForecastHorizon sight) {
        return new MonitorRules(memory, backoff, Optional.of(sight), cpu, answerTimeout);
    }

    public MonitorRules with(CpuRules cpus) {
        return new MonitorRules(memory, backoff, horizon, Optional.of(cpus), answerTimeout);
    }
}
