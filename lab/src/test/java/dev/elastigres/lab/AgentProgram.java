package dev.elastigres.lab;

import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.permits.HostBudget;
import dev.elastigres.agent.worker.Fleet;
import dev.elastigres.agent.worker.Pace;
import dev.elastigres.agent.worker.Quiet;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.agent.Rules;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Level;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.platform.vm.VmDriver;
import dev.elastigres.vm.Machines;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// The agent of the lab's VMs, as a process that can be killed. It prints a line when it stands
/// still in the middle of a step.
final class AgentProgram {
    /// CPUs stay as they are, and a unit has more of them than any VM here keeps busy: these tests
    /// are about memory, and other work on this machine does not make VMs larger.
    static final Resources UNIT = new Resources(8, Bytes.ofMebibytes(256));

    static final Resources LEAST = new Resources(2, Bytes.ofMebibytes(512));
    private static final Resources MOST = new Resources(2, Bytes.ofGibibytes(2));
    private static final Duration SHRINK_AFTER = Duration.ofSeconds(3);

    private AgentProgram() {}

    /// @param arguments the lab's folder, what memory the host has, where to stand still
    public static void main(String[] arguments) throws InterruptedException {
        var folders = Golden.folders(Path.of(arguments[0]));
        var capacity = new Resources(8, Bytes.of(Long.parseLong(arguments[1])));
        var halt = HaltingDriver.Halt.valueOf(arguments[2]);
        var rules =
                new VmRules(
                        new ComputeUnit(UNIT.vcpus(), UNIT.memory()),
                        Optional.of(LEAST),
                        Optional.of(MOST),
                        rules());
        var budget = new BudgetRules(capacity, Resources.ZERO, UNIT, BudgetRules.WISH_COUNTS);
        Log log = Log.toStderr(LogFormat.TEXT, Level.INFO, Map.of());
        try (Driver driver = new HaltingDriver(new VmDriver(new Machines(folders, _ -> {})), halt);
                var permits = new HostBudget(budget);
                var fleet =
                        new Fleet(driver, permits, _ -> rules, Pace.DEFAULT, Quiet.QUIET, log)) {
            fleet.start();
            Thread.sleep(Duration.ofDays(1));
        }
    }

    private static Rules rules() {
        Rules ours = Rules.ELASTIGRES;
        return new Rules(
                ours.goal(), ours.timing(), ours.cooldown(), SHRINK_AFTER, ours.statedSizes());
    }
}
