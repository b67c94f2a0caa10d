package dev.elastigres.bench.footprint;

import dev.elastigres.bench.measure.BenchTask;
import dev.elastigres.distribution.MonitorPackages;
import dev.elastigres.distribution.PackException;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.StopRequest;
import dev.elastigres.vm.state.XdgFolders;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Runs [FootprintBench] and prints its rows.
@Command(
        name = "footprint",
        description = {
            "Measure what the packaged monitor costs: memory, CPU, time to start, size.",
            "",
            "calm: an agent is connected. served: an agent and Postgres are connected, and both"
                    + " metrics ports are scraped every 5 s. For comparison, an idle JVM with the"
                    + " same runtime and options, and Prometheus' node exporter where Debian's is"
                    + " installed.",
            ""
        },
        footer = "elastigres bench footprint --json")
public final class FootprintCommand extends BenchTask {
    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "Observation time of each process in seconds (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--starts",
            paramLabel = "N",
            defaultValue = "9",
            description = "Number of starts for the median (${DEFAULT-VALUE}).")
    private int starts;

    @Override
    protected void run(StopRequest stop)
            throws HarnessException, PackException, InterruptedException {
        FootprintBenchPlan plan = plan();
        var environment = System.getenv();
        var payload =
                MonitorPackages.from(XdgFolders.from(environment).cache(), environment).payload();
        var exporter = NodeExporter.installed(environment);
        new FootprintBench(plan, payload, exporter, this::print, stop).run();
        if (exporter.isEmpty())
            report("without the node exporter, which is not installed: " + NodeExporter.INSTALL);
    }

    private FootprintBenchPlan plan() {
        try {
            return new FootprintBenchPlan(Duration.ofSeconds(seconds), starts);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }
}
