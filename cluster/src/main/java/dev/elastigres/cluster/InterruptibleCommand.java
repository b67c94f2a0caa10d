package dev.elastigres.cluster;

import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.daemon.log.CauseChain;
import dev.elastigres.distribution.PackException;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.ShutdownHook;
import dev.elastigres.harness.StopRequest;
import dev.elastigres.testbed.TestbedException;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.guest.GuestException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// A developer's command that starts processes and virtual machines, and removes them when it ends
/// or is interrupted. Exit codes: 1 failure, 2 a precondition is not met, 130 interrupted.
@Command(mixinStandardHelpOptions = true)
public abstract class InterruptibleCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    protected InterruptibleCommand() {}

    /// Runs the command. Everything is removed when this returns or throws.
    ///
    /// @param stop requested when the process receives a signal; the calling thread is then
    ///     interrupted, too
    /// @param hook the hook that requests the stop
    protected abstract void run(StopRequest stop, ShutdownHook hook)
            throws HarnessException,
                    TestbedException,
                    PackException,
                    MonitorConnectionException,
                    VmException,
                    GuestException,
                    InterruptedException;

    @Override
    public final Integer call() throws InterruptedException {
        var stop = new StopRequest();
        try (var hook = ShutdownHook.run(stop)) {
            try {
                run(stop, hook);
                return 0;
            } catch (HarnessException
                    | TestbedException
                    | PackException
                    | MonitorConnectionException
                    | VmException
                    | GuestException e) {
                // The interrupt itself causes such failures, so they are not reported.
                if (hook.hasBegun()) return 130;
                report(clause(e));
                return code(e);
            } catch (InterruptedException e) {
                if (hook.hasBegun()) return 130;
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

    /// Prints a line for the user on standard error. Standard output is for data that programs may
    /// read.
    protected final void report(String line) {
        System.err.println(spec.qualifiedName() + ": " + line);
    }

    protected final ParameterException usage(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }
}
