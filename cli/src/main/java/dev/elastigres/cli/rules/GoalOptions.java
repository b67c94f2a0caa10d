package dev.elastigres.cli.rules;

import dev.elastigres.core.agent.Extra;
import dev.elastigres.core.agent.Rules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.GoalRules;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.state.MemoryRange;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// By which rules metrics become a goal.
public final class GoalOptions {
    /// The rules of Neon's autoscaling, or ours on top of them.
    enum RuleSet {
        neon,
        elastigres
    }

    enum Switch {
        on,
        off
    }

    @Option(
            names = "--rules",
            paramLabel = "RULES",
            description = "neon or elastigres (default: elastigres).")
    RuleSet rules = RuleSet.elastigres;

    @Option(
            names = "--cpu-demand",
            paramLabel = "on|off",
            description = "What the CPUs really did counts, where it is known.")
    @Nullable Switch cpuDemand;

    @Option(
            names = "--working-set",
            paramLabel = "on|off",
            description = "The working set counts, where it is known.")
    @Nullable Switch workingSet;

    @Option(
            names = "--unit-cpus",
            paramLabel = "CPUS",
            description = "CPUs in one compute unit (default: 0.25).")
    private double unitCpus = ComputeUnit.DEFAULT.vcpus();

    @Option(
            names = "--unit-memory",
            paramLabel = "SIZE",
            description = "Memory in one compute unit (default: 1G).")
    private String unitMemory = "1G";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    public GoalRules rules() {
        return Rules.of(extras()).goal();
    }

    public ComputeUnit unit() {
        try {
            return new ComputeUnit(unitCpus, MemoryRange.parseSize(unitMemory));
        } catch (IllegalArgumentException | VmException.Refused e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    Set<Extra> extras() {
        var extras =
                rules == RuleSet.neon ? EnumSet.noneOf(Extra.class) : EnumSet.allOf(Extra.class);
        turn(Extra.CPU_DEMAND, cpuDemand, extras);
        turn(Extra.WORKING_SET, workingSet, extras);
        return extras;
    }

    static void turn(Extra extra, @Nullable Switch to, Set<Extra> extras) {
        if (to == Switch.on) extras.add(extra);
        if (to == Switch.off) extras.remove(extra);
    }
}
