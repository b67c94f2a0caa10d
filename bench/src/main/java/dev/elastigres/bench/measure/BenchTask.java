package dev.elastigres.bench.measure;

import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.daemon.log.CauseChain;
import dev.elastigres.distribution.PackException;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.ShutdownHook;
import dev.elastigres.harness.StopRequest;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.guest.GuestException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// A benchmark as a command. Exit codes: 1 failure, 2 a precondition is not met, 130 stopped.
public abstract class BenchTask implements Callable<Integer> {
    // picocli reads this field.
    @SuppressWarnings("unused")
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    @Option(names = "--json", description = "Print one JSON object per line.")
    private boolean json;

    @Spec private CommandSpec spec;

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
    public final Integer call() throws InterruptedException {
        var stop = new StopRequest();
        try (var atEnd = ShutdownHook.run(stop)) {
            try {
                run(stop);
                return 0;
            } catch (HarnessException
                    | PackException
                    | MonitorConnectionException
                    | VmException
                    | GuestException e) {
                // The interrupt itself causes such failures, so they are not reported.
                if (atEnd.hasBegun()) return 130;
                say(clause(e));
                return code(e);
            } catch (InterruptedException e) {
                if (atEnd.hasBegun()) return 130;
                throw e;
            }
        }
    }

    /// Returns the message. Those of VM and package failures include their causes already.
    private static String clause(Exception e) {
        return e instanceof VmException || e instanceof PackException
                ? String.valueOf(e.getMessage())
                : CauseChain.chain(e);
    }

    private static int code(Exception e) {
        return e instanceof VmException.Refused
                        || e instanceof VmException.Missing
                        || e instanceof PackException.Refused
                ? 2
                : 1;
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

    /// Prints a line for the user; standard output is for machine-readable output.
    protected final void say(String line) {
        System.err.println("elastigres bench " + spec.name() + ": " + line);
    }

    protected final ParameterException usage(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }
}
