package dev.elastigres.bench;

import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/// The option `--rules`: the monitor's rules that a benchmark compares.
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
