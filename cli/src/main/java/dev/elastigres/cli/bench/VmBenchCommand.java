package dev.elastigres.cli.bench;

import dev.elastigres.cli.process.AtEnd;
import dev.elastigres.daemon.log.Causes;
import dev.elastigres.vm.Machines;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.guest.GuestException;
import dev.elastigres.vm.qemu.AcceleratorChoice;
import dev.elastigres.vm.state.FileTrees;
import dev.elastigres.vm.state.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Runs [VmBench] and prints its rows.
@Command(
        name = "vm",
        description = {
            "Time the life of a VM with Postgres in it: boots, restores from a snapshot, changes of"
                    + " its size, live moves.",
            "",
            "boot_to_sql, restore_to_sql: until Postgres takes commands.",
            "cpus_*, memory_*: from the request until the guest's own kernel shows it.",
            "migrate_*: all of the move, and for how long the guest stood still.",
            ""
        })
final class VmBenchCommand implements Callable<Integer> {
    // Read by the library.
    @SuppressWarnings("unused")
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    @Option(names = "--json", description = "One JSON object a line, for programs.")
    private boolean json;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "5",
            description = "How often each thing is measured (default: 5).")
    private int runs = 5;

    @Option(
            names = "--image",
            paramLabel = "FILE",
            description = "The image to boot (default: the one built last).")
    private @Nullable Path image;

    @Option(
            names = "--accel",
            paramLabel = "auto|kvm|tcg",
            defaultValue = "auto",
            description = "Accelerator (default: auto).")
    private String accelerator = "auto";

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (runs < 1 || runs > 1000)
            throw new ParameterException(spec.commandLine(), "--runs takes 1 to 1000");
        var plan = new VmBench.Plan(runs, Optional.ofNullable(image), choice());
        try {
            // Sockets are below it, and their paths have to be short.
            Path root = Files.createTempDirectory("vmb");
            try {
                return run(plan, root);
            } finally {
                FileTrees.delete(root);
            }
        } catch (IOException e) {
            return failed("no temporary folder: " + e.getMessage(), 1);
        }
    }

    private AcceleratorChoice choice() {
        return AcceleratorChoice.of(accelerator)
                .orElseThrow(
                        () ->
                                new ParameterException(
                                        spec.commandLine(), "--accel takes auto, kvm or tcg"));
    }

    private int run(VmBench.Plan plan, Path root) throws InterruptedException {
        var own = Folders.from(System.getenv());
        var folders = new Folders(root.resolve("s"), own.data(), own.cache());
        try {
            var bench =
                    new VmBench(
                            plan,
                            new Machines(folders, VmBenchCommand::say),
                            root.resolve("snapshot"),
                            result -> System.out.println(json ? result.json() : result.row()),
                            VmBenchCommand::say);
            if (!json) System.out.println(VmResult.head());
            return run(bench);
        } catch (VmException e) {
            return failed(
                    String.valueOf(e.getMessage()),
                    switch (e) {
                        case VmException.Refused _, VmException.Missing _ -> 2;
                        case VmException.Busy _, VmException.Failed _ -> 1;
                    });
        }
    }

    private int run(VmBench bench) throws VmException, InterruptedException {
        try (var atEnd = AtEnd.run(bench::stop)) {
            try {
                bench.run();
                return 0;
            } catch (BenchException | GuestException e) {
                if (atEnd.hasBegun()) return 130;
                return failed(Causes.chain(e), 1);
            }
        }
    }

    private static int failed(String why, int code) {
        say(why);
        return code;
    }

    private static void say(String line) {
        System.err.println("elastigres bench vm: " + line);
    }
}
