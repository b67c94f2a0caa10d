package dev.elastigres.bench;

import dev.elastigres.bench.measure.BenchTask;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.StopRequest;
import dev.elastigres.testbed.process.OrphanReaper;
import dev.elastigres.vm.TemporaryMachines;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.guest.GuestException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Runs [VmBench] and prints its rows.
@Command(
        name = "vm",
        description = {
            "Time the operations of a VM with Postgres in it: boots, restores from a snapshot,"
                    + " resizes, live migrations.",
            "",
            "boot_to_sql, restore_to_sql: until Postgres accepts commands.",
            "cpus_*, memory_*: from the request until the guest's own kernel shows it.",
            "migrate_*: the whole migration, and the time for which the guest was paused.",
            ""
        },
        footer = "elastigres bench vm --runs 3")
final class VmBenchCommand extends BenchTask {
    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "5",
            description = "Number of measurements of each kind (default: 5).")
    private int runs = 5;

    @Mixin private VmBenchOptions vm = new VmBenchOptions();

    @Override
    protected void run(StopRequest stop)
            throws HarnessException, VmException, GuestException, InterruptedException {
        if (runs < 1 || runs > 1000) throw usage("--runs takes 1 to 1000");
        try (var temporary = TemporaryMachines.create(this::report)) {
            OrphanReaper.watchMachines(temporary.root());
            var plan =
                    new VmBench.VmBenchPlan(
                            runs, vm.image(temporary, this::report), vm.accelerator());
            new VmBench(
                            plan,
                            temporary.machines(),
                            temporary.root().resolve("snapshot"),
                            this::print,
                            this::report,
                            stop)
                    .run();
        }
    }
}
