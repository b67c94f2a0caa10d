package dev.elastigres.lab;

import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.permits.HostBudget;
import dev.elastigres.agent.worker.NoOpListener;
import dev.elastigres.agent.worker.PollingConfig;
import dev.elastigres.agent.worker.VmFleet;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.platform.vm.QemuDriver;
import dev.elastigres.vm.VmManager;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// The agent of the test VMs as a process that can be killed. It prints a line when it halts in
/// the middle of a step.
final class LabAgentProgram {
    /// A unit has more CPUs than any VM of these tests keeps busy. So CPUs stay unchanged, and
    /// other work on this machine does not make VMs larger: these tests are about memory.
    static final Resources UNIT = new Resources(8, Bytes.ofMebibytes(256));

    static final Resources MIN = new Resources(2, Bytes.ofMebibytes(512));
    private static final Resources MAX = new Resources(2, Bytes.ofGibibytes(2));
    private static final Duration DAMPING_WINDOW = Duration.ofSeconds(3);

    private LabAgentProgram() {}

    /// @param arguments the lab's folder, the host's memory in bytes, the halt point
    public static void main(String[] arguments) throws InterruptedException {
        var folders = GoldenSnapshot.folders(Path.of(arguments[0]));
        var capacity = new Resources(8, Bytes.of(Long.parseLong(arguments[1])));
        var halt = HaltingDriver.HaltPoint.valueOf(arguments[2]);
        var rules =
                new VmRules(
                        new ComputeUnit(UNIT.vcpus(), UNIT.memory()),
                        Optional.of(MIN),
                        Optional.of(MAX),
                        rules());
        var budget = new BudgetRules(capacity, Resources.ZERO, UNIT, BudgetRules.WISH_COUNTS);
        Log log = Log.toStderr(LogFormat.TEXT, LogLevel.INFO, Map.of());
        try (Driver driver =
                        new HaltingDriver(new QemuDriver(new VmManager(folders, _ -> {})), halt);
                var permits = new HostBudget(budget);
                var fleet =
                        new VmFleet(
                                driver,
                                permits,
                                _ -> rules,
                                PollingConfig.DEFAULT,
                                NoOpListener.QUIET,
                                log)) {
            fleet.start();
            Thread.sleep(Duration.ofDays(1));
        }
    }

    private static ScalingRules rules() {
        ScalingRules ours = ScalingRules.ELASTIGRES;
        return new ScalingRules(
                ours.goal(),
                ours.timing(),
                ours.cooldown(),
                DAMPING_WINDOW,
                ours.statedSizes(),
                ours.headroom());
    }
}
