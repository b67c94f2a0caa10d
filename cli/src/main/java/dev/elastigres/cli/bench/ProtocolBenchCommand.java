package dev.elastigres.cli.bench;

import dev.elastigres.cli.process.AtEnd;
import dev.elastigres.daemon.log.Causes;
import dev.elastigres.protocol.json.Json;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Runs [ProtocolBench] and prints its rows.
@Command(
        name = "protocol",
        description = {
            "Time health checks and upscales of a real monitor with a real Postgres, idle and hung"
                    + " (SIGSTOP), beside an echo of the same client and server. The client speaks"
                    + " v1.1, in which health checks say how Postgres is.",
            "",
            "upscale: from UpscaleNotification to UpscaleConfirmation, with a new cache size each.",
            "upscale_first: the first one while Postgres hangs, when that is not known yet.",
            ""
        })
final class ProtocolBenchCommand implements Callable<Integer> {
    // Read by the library.
    @SuppressWarnings("unused")
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    @Option(names = "--json", description = "One JSON object a line, for programs.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        PrintStream out = System.out;
        if (!json) out.println(head());
        var bench =
                new ProtocolBench(
                        Rounds.DEFAULT, result -> out.println(json ? json(result) : row(result)));
        try (var atEnd = AtEnd.run(bench::stop)) {
            return run(bench, atEnd);
        }
    }

    private int run(ProtocolBench bench, AtEnd atEnd) throws InterruptedException {
        try {
            bench.run();
            if (!json) System.out.println(foot());
            return 0;
        } catch (BenchException e) {
            if (atEnd.hasBegun()) return 130;
            System.err.println("elastigres bench protocol: " + Causes.chain(e));
            return 1;
        }
    }

    private static String head() {
        return "%-14s %-8s %6s %10s %10s %10s %10s %6s"
                .formatted(
                        "what", "postgres", "n", "p50 us", "p99 us", "p99.9 us", "max us", "load1");
    }

    private static String row(Result result) {
        Samples samples = result.samples();
        return String.format(
                Locale.ROOT,
                "%-14s %-8s %6d %10.1f %10.1f %10.1f %10.1f %6.2f",
                result.what(),
                result.postgres(),
                samples.size(),
                micros(samples.percentile(50)),
                micros(samples.percentile(99)),
                micros(samples.percentile(99.9)),
                micros(samples.max()),
                result.load1());
    }

    private static String foot() {
        return "%n%d cores, Java %s, %s %s; a percentile of fewer samples than it needs is the"
                        .formatted(
                                Runtime.getRuntime().availableProcessors(),
                                Runtime.version().feature(),
                                System.getProperty("os.name"),
                                System.getProperty("os.version"))
                + " largest of them";
    }

    static String json(Result result) {
        Samples samples = result.samples();
        return Json.write(
                json -> {
                    json.writeStartObject();
                    json.writeStringField("bench", "protocol");
                    json.writeStringField("what", result.what());
                    json.writeStringField("postgres", result.postgres());
                    json.writeNumberField("n", samples.size());
                    json.writeNumberField("p50_us", micros(samples.percentile(50)));
                    json.writeNumberField("p99_us", micros(samples.percentile(99)));
                    json.writeNumberField("p999_us", micros(samples.percentile(99.9)));
                    json.writeNumberField("max_us", micros(samples.max()));
                    json.writeNumberField("load1", Math.round(result.load1() * 100) / 100.0);
                    json.writeNumberField("cores", Runtime.getRuntime().availableProcessors());
                    json.writeEndObject();
                });
    }

    /// With one decimal: finer than that nothing here is.
    private static double micros(long nanos) {
        return Math.round(nanos / 100.0) / 10.0;
    }
}
