package dev.elastigres.bench;

import dev.elastigres.bench.measure.BenchTask;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.StopRequest;
import dev.elastigres.vm.TemporaryMachines;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.guest.GuestException;
import dev.elastigres.vm.state.MemoryRange;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Runs [ReactionBench] and prints its rows.
@Command(
        name = "reaction",
        description = {
            "Time from the crossing of the threshold to the monitor's request; count"
                    + " false alarms; measure the monitor's CPU usage.",
            "",
            "A monitor for each rule watches the same memory at the same time: Postgres' cgroup in a"
                    + " VM, which also runs the receiving agent. Bursts allocate memory at a rate"
                    + " (a step: all of it at once), from a second before the threshold on, at least"
                    + " 64 and at most 512 MiB (a step: 64). Each finds a new agent, which grants"
                    + " nothing, and begins over a second after the last request.",
            "",
            "p50, p99: negative where the request came before the crossing.",
            "missed: bursts without a request.",
            "false alarms: requests while memory comes and goes, 160 MiB and more below the"
                    + " threshold.",
            "%% of core: CPU time of the monitor, without load (calm), then and with that one (noise),"
                    + " and during the bursts with the pauses between them.",
            ""
        },
        footer = "elastigres bench reaction --local --bursts 5 --rates 200,0")
final class ReactionBenchCommand extends BenchTask {
    private static final Bytes VM = Bytes.ofGibibytes(3);
    private static final Bytes MADE_UP = Bytes.ofGibibytes(3);

    @Option(
            names = "--local",
            description =
                    "Without a VM: this process allocates memory and writes its usage to a fake cgroup. Needs"
                            + " no root and no QEMU.")
    private boolean local;

    @Option(
            names = "--rates",
            split = ",",
            paramLabel = "MIB",
            defaultValue = "50,100,200,500,1000,2000,0",
            converter = BurstRate.BurstRateConverter.class,
            description = "MiB a second; 0 is a step (default: 50,100,200,500,1000,2000,0).")
    private List<BurstRate> rates = List.of();

    @Option(
            names = "--bursts",
            paramLabel = "N",
            defaultValue = "30",
            description = "Bursts of each rate (default: 30).")
    private int bursts = 30;

    @Option(
            names = "--calm",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "Duration of the calm load, and of the noisy load (default: 60).")
    private int calm = 60;

    @Mixin private SamplingRuleOptions rules = new SamplingRuleOptions();

    @Mixin private VmBenchOptions vm = new VmBenchOptions();

    @Override
    protected void run(StopRequest stop)
            throws HarnessException, VmException, GuestException, InterruptedException {
        var plan = plan();
        if (local) {
            try (var bed = LocalTestBed.start(MADE_UP, rules.list())) {
                new ReactionBench(plan, bed, this::print, this::report, stop).run();
            }
            return;
        }
        try (var temporary = TemporaryMachines.create(this::report);
                var guest = vm.boot(temporary, new MemoryRange(VM, VM), this::report);
                var bed = GuestTestBed.in(guest, rules.list())) {
            new ReactionBench(plan, bed, this::print, this::report, stop).run();
        }
    }

    private ReactionBenchPlan plan() {
        if (bursts < 1 || bursts > 10_000) throw usage("--bursts takes 1 to 10000");
        if (calm < 1 || calm > 86_400) throw usage("--calm takes 1 to 86400 seconds");
        return new ReactionBenchPlan(rates, bursts, Duration.ofSeconds(calm));
    }
}
