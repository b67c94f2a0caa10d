package dev.elastigres.cli.rules;

import dev.elastigres.core.agent.ExtraRule;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.GoalRules;
import dev.elastigres.core.scaling.SizeShape;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.state.MemoryRange;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// Options of the rules that compute a goal from metrics.
public final class GoalOptions {
    /// The rules of Neon's autoscaling, or those of this project, which extend them.
    enum GoalRuleSet {
        neon,
        elastigres
    }

    enum OnOff {
        on,
        off
    }

    @Option(
            names = "--rules",
            paramLabel = "RULES",
            description = "neon or elastigres (default: elastigres).")
    GoalRuleSet rules = GoalRuleSet.elastigres;

    @Option(
            names = "--cpu-demand",
            paramLabel = "on|off",
            description = "Include the measured CPU usage in the goal where it is known.")
    @Nullable OnOff cpuDemand;

    @Option(
            names = "--working-set",
            paramLabel = "on|off",
            description = "Include the working set in the goal where it is known.")
    @Nullable OnOff workingSet;

    @Option(
            names = "--shape",
            paramLabel = "SHAPE",
            description =
                    "units: whole compute units; independent: CPU and memory each on its own"
                            + " (default: units).",
            converter = ShapeConverter.class,
            completionCandidates = ShapeNames.class)
    private SizeShape shape = SizeShape.UNITS;

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

    /// Reads the value of `--shape`.
    static final class ShapeConverter implements ITypeConverter<SizeShape> {
        @Override
        public SizeShape convert(String code) {
            try {
                return SizeShape.of(code);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /// Lists the names of the shapes for the completion in shells.
    static final class ShapeNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(SizeShape.values()).map(SizeShape::code).iterator();
        }
    }

    /// Returns the rules for one page of metrics, from which nothing is learned.
    public GoalRules rules() {
        Set<ExtraRule> extras = extras();
        extras.remove(ExtraRule.LEARNED_HEADROOM);
        return shaped(ScalingRules.of(extras).goal());
    }

    /// Returns `rules` with the chosen shape.
    GoalRules shaped(GoalRules rules) {
        return rules.with(shape);
    }

    public ComputeUnit unit() {
        try {
            return new ComputeUnit(unitCpus, MemoryRange.parseSize(unitMemory));
        } catch (IllegalArgumentException | VmException.Refused e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    Set<ExtraRule> extras() {
        var extras =
                rules == GoalRuleSet.neon
                        ? EnumSet.noneOf(ExtraRule.class)
                        : EnumSet.allOf(ExtraRule.class);
        turn(ExtraRule.CPU_DEMAND, cpuDemand, extras);
        turn(ExtraRule.WORKING_SET, workingSet, extras);
        return extras;
    }

    static void turn(ExtraRule extra, @Nullable OnOff to, Set<ExtraRule> extras) {
        if (to == OnOff.on) extras.add(extra);
        if (to == OnOff.off) extras.remove(extra);
    }
}
