package dev.elastigres.bench.soak;

import dev.elastigres.bench.measure.BenchTask;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.StopRequest;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Runs [SoakBench] and prints its rows.
@Command(
        name = "soak",
        description = {
            "Run hours of a monitor's work in minutes, with a real Postgres, and check whether it"
                    + " leaks or loses anything.",
            "",
            "Exit code 1 when it does. Resident memory is shown and not judged: it follows the heap"
                    + " up to the heap's limit.",
            ""
        },
        footer = "elastigres bench soak --restarts 5 --reconnects 100")
public final class SoakCommand extends BenchTask {
    @Option(
            names = "--messages",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Number of messages of agents (${DEFAULT-VALUE}).")
    private int messages;

    @Option(
            names = "--reconnects",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Number of reconnections of agents (${DEFAULT-VALUE}).")
    private int reconnects;

    @Option(
            names = "--restarts",
            paramLabel = "N",
            defaultValue = "50",
            description = "Number of restarts of Postgres (${DEFAULT-VALUE}).")
    private int restarts;

    @Option(
            names = "--cgroups",
            paramLabel = "N",
            defaultValue = "50",
            description = "Number of new cgroups for Postgres (${DEFAULT-VALUE}).")
    private int cgroups;

    @Override
    protected void run(StopRequest stop) throws HarnessException, InterruptedException {
        List<SoakBenchRow> rows = new SoakBench(plan(), stop).run();
        rows.forEach(this::print);
        if (!rows.stream().allMatch(SoakBenchRow::isSound))
            throw new HarnessException("the monitor leaks or loses something, see above");
    }

    private SoakBenchPlan plan() {
        try {
            return new SoakBenchPlan(messages, reconnects, restarts, cgroups);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }
}
