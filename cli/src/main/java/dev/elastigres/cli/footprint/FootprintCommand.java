package dev.elastigres.cli.footprint;

import dev.elastigres.cli.pack.MonitorPackages;
import dev.elastigres.cli.pack.PackException;
import dev.elastigres.cli.process.AtEnd;
import dev.elastigres.daemon.log.Causes;
import dev.elastigres.vm.state.Folders;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Runs [Footprint] and prints its rows.
@Command(
        name = "footprint",
        description = {
            "Measure what the packaged monitor costs: memory, CPU, time to start, size.",
            "",
            "calm: an agent is connected. served: an agent and Postgres are connected, and both"
                    + " metrics ports are scraped every 5 s. Beside it a JVM that sleeps, with the"
                    + " same runtime and options, and Prometheus' node exporter where Debian's is"
                    + " installed.",
            ""
        })
public final class FootprintCommand implements Callable<Integer> {
    // Read by the library.
    @SuppressWarnings("unused")
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "How long each process is watched (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--starts",
            paramLabel = "N",
            defaultValue = "9",
            description = "Starts of which the median is taken (${DEFAULT-VALUE}).")
    private int starts;

    @Option(names = "--json", description = "One JSON object a line, for programs.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        FootprintPlan plan = plan();
        var environment = System.getenv();
        try {
            var payload =
                    MonitorPackages.from(Folders.from(environment).cache(), environment).payload();
            var exporter = NodeExporter.installed(environment);
            if (!json) System.out.println(FootprintRow.head());
            var footprint =
                    new Footprint(
                            plan,
                            payload,
                            exporter,
                            row -> System.out.println(json ? row.json() : row.line()));
            int code;
            try (var atEnd = AtEnd.run(footprint::stop)) {
                code = run(footprint, atEnd);
            }
            if (code == 0) tellMissing(exporter);
            return code;
        } catch (PackException e) {
            System.err.println("elastigres bench footprint: " + e.getMessage());
            return e instanceof PackException.Refused ? 2 : 1;
        }
    }

    private FootprintPlan plan() {
        try {
            return new FootprintPlan(Duration.ofSeconds(seconds), starts);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static int run(Footprint footprint, AtEnd atEnd) throws InterruptedException {
        try {
            footprint.run();
            return 0;
        } catch (FootprintException e) {
            if (atEnd.hasBegun()) return 130;
            System.err.println("elastigres bench footprint: " + Causes.chain(e));
            return 1;
        }
    }

    private static void tellMissing(Optional<NodeExporter> exporter) {
        if (exporter.isEmpty())
            System.err.println(
                    "elastigres bench footprint: without the node exporter, which is not installed: "
                            + NodeExporter.INSTALL);
    }
}
