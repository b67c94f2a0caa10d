package dev.elastigres.bench;

import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/// Which of the monitor's rules the benchmarks that compare them are about.
final class RuleOptions {
    @Option(
            names = "--rules",
            split = ",",
            paramLabel = "RULE",
            defaultValue = "fixed,adaptive",
            converter = Rule.Reader.class,
            description = "The monitor's values of --sampling (default: fixed,adaptive).")
    private Set<Rule> rules = Set.of();

    List<Rule> list() {
        return List.copyOf(rules);
    }
}
