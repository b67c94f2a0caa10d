package dev.elastigres.cli.vm;

import dev.elastigres.vm.MigrationResult;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.VmManager;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Commands that migrate a running VM or take a snapshot of it.
final class MigrationCommands {
    private MigrationCommands() {}

    @Command(
            name = "migrate",
            description = "Migrate a running VM live to a new QEMU process on this host.",
            mixinStandardHelpOptions = true,
            footer = "elastigres vm migrate db1")
    static final class MigrateCommand extends VmTask {
        @Parameters(paramLabel = "NAME")
        String name = "";

        @Override
        int run(VmManager machines) throws VmException, InterruptedException {
            MigrationResult moved = machines.migrate(name);
            say(
                    "%s moved to process %d in %d ms, %d ms of them standing still"
                            .formatted(
                                    name,
                                    moved.machine().run().qemu().pid(),
                                    moved.total().toMillis(),
                                    moved.downtime().toMillis()));
            return 0;
        }
    }

    @Command(
            name = "snapshot",
            description = "Save a running VM to a file; the VM continues afterwards.",
            mixinStandardHelpOptions = true,
            footer = "elastigres vm snapshot db1 db1.snapshot")
    static final class SnapshotCommand extends VmTask {
        @Parameters(index = "0", paramLabel = "NAME")
        String name = "";

        @Parameters(index = "1", paramLabel = "FILE")
        Path file = Path.of("");

        @Override
        int run(VmManager machines) throws VmException, InterruptedException {
            machines.snapshot(name, file);
            return 0;
        }
    }
}
