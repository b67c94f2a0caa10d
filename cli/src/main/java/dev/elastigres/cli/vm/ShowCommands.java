package dev.elastigres.cli.vm;

import dev.elastigres.vm.VmException;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.VmReport;
import dev.elastigres.vm.state.Network;
import dev.elastigres.vm.state.VmState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Commands that list VMs and show their state.
final class ShowCommands {
    private static final String ROW = "%-20s %-8s %-10s %-22s %-6s %s%n";

    private ShowCommands() {}

    @Command(
            name = "list",
            description = "List all VMs and their states.",
            mixinStandardHelpOptions = true,
            footer = "elastigres vm list")
    static final class ListCommand extends VmTask {
        @Option(names = "--json", description = "Print an array of JSON objects.")
        boolean json;

        @Override
        int run(VmManager machines) throws VmException, InterruptedException {
            List<VmReport> reports = machines.list();
            if (json) {
                System.out.println(VmReport.json(reports).pretty());
                return 0;
            }
            System.out.printf(ROW, "NAME", "STATE", "CPUS", "MEMORY", "ACCEL", "WHY");
            for (VmReport each : reports) System.out.printf(ROW, row(each));
            return 0;
        }
    }

    private static Object[] row(VmReport report) {
        String cpus =
                report.cpus()
                        .map(count -> count + " of " + report.spec().cpus())
                        .orElse(report.spec().cpus().toString());
        String memory =
                report.memory()
                        .map(it -> it.current() + " of " + report.spec().memory())
                        .orElse(report.spec().memory().toString());
        String accelerator =
                report.state() instanceof VmState.Running(var run) ? run.accelerator().title() : "";
        return new Object[] {
            report.spec().name(),
            report.state().title(),
            cpus,
            memory,
            accelerator,
            report.reason().orElse("")
        };
    }

    @Command(
            name = "show",
            description = "Show the settings and the state of one VM.",
            mixinStandardHelpOptions = true,
            footer = "elastigres vm show db1 --json")
    static final class ShowCommand extends VmTask {
        @Parameters(paramLabel = "NAME")
        String name = "";

        @Option(names = "--json", description = "Print a JSON object.")
        boolean json;

        @Override
        int run(VmManager machines) throws VmException, InterruptedException {
            VmReport report = machines.show(name);
            if (json) {
                System.out.println(report.json().pretty());
                return 0;
            }
            System.out.printf(ROW, "NAME", "STATE", "CPUS", "MEMORY", "ACCEL", "WHY");
            System.out.printf(ROW, row(report));
            System.out.println();
            if (report.state() instanceof VmState.Running(var run)) {
                System.out.printf(
                        "QEMU    process %d, since %s%n", run.qemu().pid(), run.startedAt());
            }
            System.out.printf("image   %s%nfolder  %s%n", report.spec().image(), report.folder());
            System.out.printf("network %s%n", words(report.spec().network()));
            for (var port : report.publications()) {
                System.out.printf(
                        "port    127.0.0.1:%d is %d in the guest%n",
                        port.hostPort(), port.guestPort());
            }
            return 0;
        }

        private static String words(Network network) {
            return switch (network) {
                case Network.User _ -> "user";
                case Network.Tap tap -> tap.toString();
            };
        }
    }

    @Command(
            name = "logs",
            description = "Print the guest's console output since the last start.",
            mixinStandardHelpOptions = true,
            footer = "elastigres vm logs --follow db1")
    static final class LogsCommand extends VmTask {
        private static final Duration PAUSE = Duration.ofMillis(200);

        @Parameters(paramLabel = "NAME")
        String name = "";

        @Option(names = "--qemu", description = "Print QEMU's output instead.")
        boolean qemu;

        @Option(
                names = {"-f", "--follow"},
                description = "Follow the output until the VM ends.")
        boolean follows;

        @Override
        int run(VmManager machines) throws VmException, InterruptedException {
            var folder = machines.folder(name);
            Path log = qemu ? folder.qemuLog() : folder.consoleLog();
            try (InputStream stream = Files.newInputStream(log)) {
                stream.transferTo(System.out);
                while (follows && Files.exists(log)) {
                    System.out.flush();
                    Thread.sleep(PAUSE);
                    stream.transferTo(System.out);
                }
                System.out.flush();
                return 0;
            } catch (NoSuchFileException _) {
                throw new VmException.Refused(name + " has not been started yet");
            } catch (IOException e) {
                throw new VmException.Failed("cannot read " + log, e);
            }
        }
    }
}
