package dev.elastigres.core.scaling;

import dev.elastigres.core.units.Bytes;
import java.util.Optional;
import java.util.stream.Stream;

/// Computes the [Goal] from metrics.
final class GoalCalculator {
    /// Memory that the kernel keeps, which neither MemTotal nor MemAvailable shows.
    private static final Bytes KERNEL = Bytes.ofMebibytes(100);

    /// Added to the width of the mixed zone. Its only purpose is to get the same goals as deployed
    /// agents, which add it.
    private static final double ZONE_WIDTH = 1e-6;

    private final ComputeUnit unit;
    private final GoalRules rules;
    private final MinimumUnits held;
    private final Headroom headroom;

    GoalCalculator(ComputeUnit unit, GoalRules rules, MinimumUnits held, Headroom headroom) {
        this.headroom = headroom;
        this.unit = unit;
        this.rules = rules;
        this.held = held;
    }

    Goal goal(VmMetrics metrics) {
        Optional<WorkingSet> workingSet =
                rules.workingSet()
                        .flatMap(by -> metrics.windows().map(seen -> new WorkingSet(seen, by)));
        Optional<GoalComponent> cpu = metrics.host().flatMap(this::cpu);
        Optional<GoalComponent.Memory> memory =
                metrics.host().map(host -> memory(host, workingSet));
        Optional<GoalComponent.Cache> cache = workingSet.map(this::cache);
        double cpuUnits = cpu.map(this::counted).orElse(0.0);
        double memoryUnits =
                Stream.of(memory, cache)
                        .<GoalComponent>flatMap(Optional::stream)
                        .mapToDouble(this::counted)
                        .max()
                        .orElse(0);
        boolean lacksWindows =
                metrics.windows().isEmpty()
                        && rules.workingSet().map(WorkingSetRules::required).orElse(false);
        return new Goal(
                (int) Math.ceil(Math.max(cpuUnits, memoryUnits)),
                rules.shape(),
                rules.shape().size(cpuUnits, memoryUnits, reserve(), unit),
                cpu.isPresent() && !lacksWindows,
                cpu,
                memory,
                cache,
                held,
                headroom.memory());
    }

    private Bytes reserve() {
        return headroom.memory().max(rules.shape().minReserve(unit));
    }

    private double counted(GoalComponent part) {
        return switch (rules.shape()) {
            case UNITS -> held.counted(part);
            case INDEPENDENT -> part.units();
        };
    }

    /// Returns the CPU component; empty while the VM's CPU demand is unknown.
    private Optional<GoalComponent> cpu(HostMetrics host) {
        if (rules.cpuUse().isEmpty()) return Optional.of(load(host));
        return switch (host.cpu()) {
            case CpuFigures.Measured(CpuUsage use) ->
                    Optional.of(demand(use, rules.cpuUse().get()));
            case CpuFigures.Pending() -> Optional.empty();
            case CpuFigures.Unavailable() -> Optional.of(load(host));
        };
    }

    private GoalComponent load(HostMetrics host) {
        double load = load(host.load1(), host.load5());
        return new GoalComponent.Load(
                load / rules.loadTarget() / unit.vcpus(), load, rules.loadTarget());
    }

    private GoalComponent demand(CpuUsage use, double target) {
        double aimed = headroom.cpuUse().orElse(target);
        return new GoalComponent.Demand(
                GoalComponent.Demand.cpus(use) / aimed / unit.vcpus(),
                use,
                aimed,
                headroom.cpuUse().isPresent());
    }

    private double load(double load1, double load5) {
        double stable = rules.stableRatio() * load5;
        double mixed = stable + rules.mixedRatio() * load5;
        double weight = weight(Math.abs(load1 - load5), stable, mixed);
        return weight * load1 + (1 - weight) * load5;
    }

    /// Returns the weight of the 1-minute load: 0 in the stable zone, 1 beyond the mixed zone.
    private static double weight(double apart, double stable, double mixed) {
        if (apart <= stable) return 0;
        return apart >= mixed ? 1 : (apart - stable) / (mixed - stable + ZONE_WIDTH);
    }

    private GoalComponent.Memory memory(HostMetrics host, Optional<WorkingSet> workingSet) {
        Bytes used = host.total().minus(host.available()).plus(KERNEL);
        double needed = Math.round(used.value() / rules.usageTarget());
        var byUsage =
                new GoalComponent.Memory(
                        needed / unit.memory().value(), used, Bytes.ZERO, rules.usageTarget());
        if (workingSet.isEmpty()) return byUsage;
        double cached = Math.min((double) host.cached().value(), workingSet.get().bytes());
        var byTotal =
                new GoalComponent.Memory(
                        (used.value() + cached) / rules.totalTarget() / unit.memory().value(),
                        used,
                        new Bytes((long) cached),
                        rules.totalTarget());
        return byTotal.units() > byUsage.units() ? byTotal : byUsage;
    }

    private GoalComponent.Cache cache(WorkingSet workingSet) {
        double fraction = rules.workingSet().orElseThrow().fraction();
        double bytes = workingSet.bytes();
        return new GoalComponent.Cache(
                bytes / fraction / unit.memory().value(), new Bytes((long) bytes), fraction);
    }
}
