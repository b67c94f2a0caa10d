package dev.elastigres.bench;

import dev.elastigres.bench.measure.BenchTask;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.StopRequest;
import picocli.CommandLine.Command;

/// Runs [ProtocolBench] and prints its rows.
@Command(
        name = "protocol",
        description = {
            "Time health checks and upscales of a real monitor with a real Postgres, idle and hung"
                    + " (SIGSTOP), beside an echo of the same client and server. The client speaks"
                    + " v1.1, in which health checks report the state of Postgres.",
            "",
            "upscale: from UpscaleNotification to UpscaleConfirmation, with a new cache size each.",
            "upscale_first: the first one while Postgres hangs, before the monitor has detected that.",
            ""
        },
        footer = "elastigres bench protocol --json")
final class ProtocolBenchCommand extends BenchTask {
    @Override
    protected void run(StopRequest stop) throws HarnessException, InterruptedException {
        new ProtocolBench(Repetitions.DEFAULT, this::print, stop).run();
        foot(machine());
    }

    private static String machine() {
        return "%n%d cores, Java %s, %s %s; a percentile of fewer samples than it needs is the"
                        .formatted(
                                Runtime.getRuntime().availableProcessors(),
                                Runtime.version().feature(),
                                System.getProperty("os.name"),
                                System.getProperty("os.version"))
                + " largest of them";
    }
}
