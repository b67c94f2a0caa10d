package dev.elastigres.cli.simulate;

import dev.elastigres.core.scaling.SizeShape;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.simulation.trace.Elasticity;
import dev.elastigres.simulation.trace.PolicyComparison;
import dev.elastigres.simulation.trace.PolicyResult;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/// Prints the results of policies on a trace.
final class TraceTable {
    private TraceTable() {}

    static void print(String trace, List<PolicyResult> results, boolean json, PrintStream out) {
        if (json) {
            results.forEach(it -> out.println(json(trace, it).compact()));
            return;
        }
        out.println(trace);
        out.printf(
                "%-26s %10s %6s %8s %8s %10s %10s %10s  %-21s%n",
                "policy",
                "CU-hours",
                "ratio",
                "short %",
                "depth %",
                "delay p99",
                "OOM risks",
                "resizes/h",
                "SPEC θU/θO, τU/τO, j");
        for (PolicyResult each : results)
            out.printf(
                    Locale.ROOT,
                    "%-26s %10.2f %6.3f %8.2f %8.2f %8.0f s %10d %10.2f  %s%n",
                    name(each),
                    each.cost(),
                    each.costRatio(),
                    each.shortShare() * 100,
                    each.shortDepth() * 100,
                    each.delayP99(),
                    each.oomRisks(),
                    each.resizesPerHour(),
                    text(each.elasticity()));
    }

    private static String name(PolicyResult result) {
        return result.shape() == SizeShape.UNITS || result.policy().equals(PolicyComparison.CURRENT)
                ? result.policy()
                : result.policy() + ", independent";
    }

    private static String text(Elasticity elasticity) {
        return String.format(
                Locale.ROOT,
                "%.4f/%.2f, %.4f/%.2f, %.1f",
                elasticity.underAccuracy(),
                elasticity.overAccuracy(),
                elasticity.underTimeshare(),
                elasticity.overTimeshare(),
                elasticity.jitter());
    }

    private static Json.Obj json(String trace, PolicyResult result) {
        Elasticity elasticity = result.elasticity();
        return Json.object()
                .with("trace", trace)
                .with("policy", result.policy())
                .with("shape", result.shape().code())
                .with("cost_cu_hours", number(result.cost()))
                .with("cost_ratio", number(result.costRatio()))
                .with("short_share", number(result.shortShare()))
                .with("short_depth", number(result.shortDepth()))
                .with("delay_p99_s", number(result.delayP99()))
                .with("oom_risks", result.oomRisks())
                .with("resizes_per_hour", number(result.resizesPerHour()))
                .with("under_accuracy", number(elasticity.underAccuracy()))
                .with("over_accuracy", number(elasticity.overAccuracy()))
                .with("under_timeshare", number(elasticity.underTimeshare()))
                .with("over_timeshare", number(elasticity.overTimeshare()))
                .with("jitter_per_hour", number(elasticity.jitter()));
    }

    private static Json number(double value) {
        return new Json.Num(String.format(Locale.ROOT, "%.6f", value));
    }
}
