package dev.elastigres.cli.prometheus;

import java.nio.file.Files;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Disables tests where Debian's package `prometheus` is not installed.
final class PrometheusCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return Files.isExecutable(BackfilledPrometheus.SERVER)
                        && Files.isExecutable(BackfilledPrometheus.TOOL)
                ? ConditionEvaluationResult.enabled("prometheus is installed")
                : ConditionEvaluationResult.disabled("needs prometheus");
    }
}
