package dev.elastigres.cli.simulate;

import dev.elastigres.protocol.json.Json;
import dev.elastigres.simulation.trace.Verdict;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/// Prints how policies did on a trace.
final class TraceTable {
    private TraceTable() {}

    static void print(String trace, List<Verdict> verdicts, boolean json, PrintStream out) {
        if (json) {
            verdicts.forEach(it -> out.println(json(trace, it).compact()));
            return;
        }
        out.println(trace);
        out.printf(
                "%-22s %10s %9s %9s %10s %11s%n",
                "policy", "CU-hours", "short %", "depth %", "OOM risks", "resizes/h");
        for (Verdict each : verdicts)
            out.printf(
                    Locale.ROOT,
                    "%-22s %10.2f %9.2f %9.2f %10d %11.2f%n",
                    each.policy(),
                    each.unitHours(),
                    each.shortShare() * 100,
                    each.shortDepth() * 100,
                    each.oomRisks(),
                    each.resizesPerHour());
    }

    private static Json.Obj json(String trace, Verdict verdict) {
        return Json.object()
                .with("trace", trace)
                .with("policy", verdict.policy())
                .with("cu_hours", number(verdict.unitHours()))
                .with("short_share", number(verdict.shortShare()))
                .with("short_depth", number(verdict.shortDepth()))
                .with("oom_risks", verdict.oomRisks())
                .with("resizes_per_hour", number(verdict.resizesPerHour()));
    }

    private static Json number(double value) {
        return new Json.Num(String.format(Locale.ROOT, "%.4f", value));
    }
}
