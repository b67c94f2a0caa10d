package dev.elastigres.cli.vm;

import dev.elastigres.vm.RunningVm;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.VmManager;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Commands that start and end VMs.
final class LifecycleCommands {
    private LifecycleCommands() {}

    @Command(
            name = "start",
            description = "Start a VM and wait for its Postgres.",
            mixinStandardHelpOptions = true,
            footer = "elastigres vm start db1")
    static final class StartCommand extends VmTask {
        @Parameters(paramLabel = "NAME")
        String name = "";

        @Option(names = "--no-wait", description = "Do not wait for Postgres.")
        boolean noWait;

        @Option(
                names = "--timeout",
                paramLabel = "SECONDS",
                defaultValue = "180",
                description = "How long to wait for Postgres (default: 180).")
        int seconds = 180;

        @Override
        int run(VmManager machines) throws VmException, InterruptedException {
            long began = System.nanoTime();
            RunningVm machine =
                    machines.start(name, noWait ? Duration.ZERO : Duration.ofSeconds(seconds));
            double took = (System.nanoTime() - began) / 1e9;
            say(
                    String.format(
                            Locale.ROOT,
                            "%s runs (%s); %s after %.1f s",
                            name,
                            machine.run().accelerator().title(),
                            noWait ? "started" : "its Postgres answers",
                            took));
            return 0;
        }
    }

    @Command(
            name = "stop",
            description = "Shut down Postgres properly, then the VM.",
            mixinStandardHelpOptions = true,
            footer = "elastigres vm stop db1")
    static final class StopCommand extends VmTask {
        @Parameters(paramLabel = "NAME")
        String name = "";

        @Option(
                names = "--timeout",
                paramLabel = "SECONDS",
                defaultValue = "90",
                description = "How long to wait for the end (default: 90).")
        int seconds = 90;

        @Override
        int run(VmManager machines) throws VmException, InterruptedException {
            machines.stop(name, Duration.ofSeconds(seconds));
            return 0;
        }
    }

    @Command(
            name = "kill",
            description = "Kill a VM, as a power failure does.",
            mixinStandardHelpOptions = true,
            footer = "elastigres vm kill db1")
    static final class KillCommand extends VmTask {
        @Parameters(paramLabel = "NAME")
        String name = "";

        @Override
        int run(VmManager machines) throws VmException, InterruptedException {
            machines.kill(name);
            return 0;
        }
    }

    @Command(
            name = "delete",
            description = "Kill a VM and delete it with its disk.",
            mixinStandardHelpOptions = true,
            footer = "elastigres vm delete db1")
    static final class DeleteCommand extends VmTask {
        @Parameters(paramLabel = "NAME")
        String name = "";

        @Override
        int run(VmManager machines) throws VmException, InterruptedException {
            machines.delete(name);
            return 0;
        }
    }
}
