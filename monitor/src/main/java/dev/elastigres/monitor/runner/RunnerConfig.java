package dev.elastigres.monitor.runner;

import dev.elastigres.core.monitor.MonitorRules;
import dev.elastigres.core.monitor.SampleLogRules;
import java.time.Duration;

/// Configuration of the runner.
///
/// @param rules rules of all decisions
/// @param sampleLog when usage is logged
/// @param summaryEvery interval of summary log lines, at least 1 s
public record RunnerConfig(MonitorRules rules, SampleLogRules sampleLog, Duration summaryEvery) {
    public static final RunnerConfig DEFAULT =
            new RunnerConfig(MonitorRules.DEFAULT, SampleLogRules.DEFAULT, Duration.ofMinutes(1));

    public RunnerConfig {
        if (summaryEvery.compareTo(Duration.ofSeconds(1)) < 0)
            throw new IllegalArgumentException("summaries too often: " + summaryEvery);
    }
}
