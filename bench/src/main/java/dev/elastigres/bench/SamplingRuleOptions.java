package dev.elastigres.bench;

import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/// Which of the monitor's rules the benchmarks that compare them are about.
final class SamplingRuleOptions {
    @Option(
            names = "--rules",
            split = ",",
            paramLabel = "RULE",
            defaultValue = "fixed,adaptive",
            converter = SamplingRule.SamplingRuleConverter.class,
            description = "The monitor's values of --sampling (default: fixed,adaptive).")
    private Set<SamplingRule> rules = Set.of();

    List<SamplingRule> list() {
        return List.copyOf(rules);
    }
}
