package dev.elastigres.monitor.testing;

import dev.elastigres.testbed.PgBouncer;
import dev.elastigres.testbed.PostgresPrograms;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// Checks for the programs of [NeedsPackages]. If one is missing, the reason names all packages.
final class PackagesCondition implements ExecutionCondition {
    private static final String POSTGRES = "postgresql-";
    private static final String HEADERS = "postgresql-server-dev-";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getElement(), NeedsPackages.class)
                .map(needs -> evaluate(needs.value()))
                .orElseGet(() -> ConditionEvaluationResult.enabled("needs no packages"));
    }

    private static ConditionEvaluationResult evaluate(String[] packages) {
        return Arrays.stream(packages).allMatch(PackagesCondition::isThere)
                ? ConditionEvaluationResult.enabled("all packages are there")
                : ConditionEvaluationResult.disabled("needs " + String.join(" ", packages));
    }

    private static boolean isThere(String name) {
        if (name.startsWith(HEADERS)) {
            String version = name.substring(HEADERS.length());
            return Files.exists(Path.of("/usr/include/postgresql", version, "server/postgres.h"));
        }
        if (name.startsWith(POSTGRES))
            return PostgresPrograms.debian(Integer.parseInt(name.substring(POSTGRES.length())))
                    .isPresent();
        if (name.equals("pgbouncer")) return PgBouncer.program().isPresent();
        String program = name.equals("systemd") ? "systemd-notify" : name;
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
