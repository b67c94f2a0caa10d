package dev.elastigres.monitor.runner;

import dev.elastigres.core.monitor.MonitorRules;
import dev.elastigres.core.monitor.SampleLogRules;
import java.time.Duration;

/// @param rules of all decisions
/// @param sampleLog when usage is worth a line in the log
/// @param summaryEvery how often a line says how everything stands, 1 s at least
public record RunnerConfig(MonitorRules rules, SampleLogRules sampleLog, Duration summaryEvery) {
    public static final RunnerConfig DEFAULT =
            new RunnerConfig(MonitorRules.DEFAULT, SampleLogRules.DEFAULT, Duration.ofMinutes(1));

    public RunnerConfig {
        if (summaryEvery.compareTo(Duration.ofSeconds(1)) < 0)
            throw new IllegalArgumentException("summaries too often: " + summaryEvery);
    }
}
