package dev.elastigres.bench.measure;

import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.cluster.InterruptibleCommand;
import dev.elastigres.distribution.PackException;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.ShutdownHook;
import dev.elastigres.harness.StopRequest;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.guest.GuestException;
import picocli.CommandLine.Option;

/// A benchmark as a command.
public abstract class BenchTask extends InterruptibleCommand {
    @Option(names = "--json", description = "Print one JSON object per line.")
    private boolean json;

    private String lastHead = "";

    /// Runs the benchmark. Everything is removed when this returns or throws.
    protected abstract void run(StopRequest stop)
            throws HarnessException,
                    PackException,
                    MonitorConnectionException,
                    VmException,
                    GuestException,
                    InterruptedException;

    @Override
    protected final void run(StopRequest stop, ShutdownHook hook)
            throws HarnessException,
                    PackException,
                    MonitorConnectionException,
                    VmException,
                    GuestException,
                    InterruptedException {
        run(stop);
    }

    protected final void print(BenchRow row) {
        if (json) {
            System.out.println(row.json());
            return;
        }
        if (!row.head().equals(lastHead)) System.out.println(row.head());
        lastHead = row.head();
        System.out.println(row.text());
    }

    /// Prints a line below the table; `--json` omits it.
    protected final void foot(String line) {
        if (!json) System.out.println(line);
    }
}
