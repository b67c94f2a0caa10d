package dev.elastigres.controller.admission;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.api.NodePlanStatus.PodReport;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.PodPredecessor;
import dev.elastigres.kubernetes.node.Instants;
import dev.elastigres.kubernetes.node.ResourceAmounts;
import dev.elastigres.kubernetes.status.PodState;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A pod that a new pod may replace.
///
/// @param name name of the pod
/// @param size size that its container last needed; empty if it is unknown
/// @param kill the last OOM kill of its container
/// @param endedAt time at which it was seen to be gone; empty if it exists
record Predecessor(
        String name,
        Workload workload,
        Optional<Resources> size,
        Optional<RecordedOomKill> kill,
        Optional<Instant> endedAt) {

    /// An OOM kill of a container.
    ///
    /// @param memory memory limit at the kill
    record RecordedOomKill(Instant at, Bytes memory) {}

    /// Returns the size that the pod of the report needs; empty if the report has none.
    ///
    /// It is the size that the pod should have. The size in force counts where a rule of the
    /// cluster rejected the other one, which could also reject a new pod, and where the pod was
    /// about to shrink but its last shrink hurt, or its monitor did not agree.
    static Optional<Resources> need(PodReport report) {
        Optional<Resources> current = size(report.cpu(), report.memory());
        Optional<Resources> goal = size(report.goalCpu(), report.goalMemory());
        if (current.isEmpty() || goal.isEmpty()) return current.or(() -> goal);
        return switch (PodState.of(report.state()).orElse(PodState.SETTLED)) {
            case QUOTA_EXCEEDED, LIMIT_RANGE, ADMISSION_DENIED, INVALID_SIZE, NOT_PERMITTED ->
                    Optional.of(current.get().min(goal.get()));
            case COOLING_DOWN, AWAITING_MONITOR, MONITOR_FAILING, NO_MONITOR ->
                    Optional.of(current.get().max(goal.get()));
            case CONFLICT,
                    OTHER_AUTOSCALER,
                    INVALID,
                    NO_CONTAINER,
                    NO_LIMITS,
                    GUARANTEED_POD,
                    RESTARTS_ON_RESIZE,
                    NOT_RESIZABLE,
                    TOO_LARGE,
                    DEFERRED,
                    RESIZE_FAILED,
                    OOM_KILLED,
                    AT_MAXIMUM,
                    AWAITING_AGENT,
                    STARTING,
                    MOVING,
                    HELD_BY_PAGE_CACHE,
                    RECOMMENDED,
                    RESIZING,
                    AWAITING_PERMIT,
                    TERMINATING,
                    SETTLED ->
                    goal;
        };
    }

    /// Returns the entry of a PostgresAutoscaler's status as a predecessor.
    static Predecessor of(PodPredecessor entry) {
        Optional<Instant> killedAt = Instants.parse(entry.oomKilledAt());
        Optional<Bytes> killedMemory = memory(entry.oomKilledMemory());
        return new Predecessor(
                String.valueOf(entry.name()),
                new Workload(or(entry.workload()), or(entry.role()), or(entry.revision())),
                size(entry.cpu(), entry.memory()),
                killedAt.flatMap(at -> killedMemory.map(it -> new RecordedOomKill(at, it))),
                Instants.parse(entry.endedAt()));
    }

    /// Returns this predecessor as an entry of a PostgresAutoscaler's status.
    PodPredecessor entry() {
        return new PodPredecessor(
                name,
                orNull(workload.name()),
                orNull(workload.role()),
                orNull(workload.revision()),
                size.map(it -> ResourceAmounts.cpuText(it.vcpus())).orElse(null),
                size.map(it -> ResourceAmounts.memoryText(it.memory())).orElse(null),
                endedAt.map(Instant::toString).orElse(null),
                kill.map(it -> it.at.toString()).orElse(null),
                kill.map(it -> ResourceAmounts.memoryText(it.memory)).orElse(null));
    }

    private static Optional<Resources> size(@Nullable String cpu, @Nullable String memory) {
        Map<String, Quantity> amounts = quantities(cpu, memory);
        Optional<Double> cpus = ResourceAmounts.cpus(amounts).filter(it -> it > 0);
        Optional<Bytes> bytes =
                ResourceAmounts.memory(amounts).filter(it -> !it.equals(Bytes.ZERO));
        return cpus.flatMap(some -> bytes.map(it -> new Resources(some, it)));
    }

    private static Optional<Bytes> memory(@Nullable String text) {
        return ResourceAmounts.memory(quantities(null, text));
    }

    private static Map<String, Quantity> quantities(@Nullable String cpu, @Nullable String memory) {
        var amounts = new HashMap<String, Quantity>();
        if (cpu != null) put(amounts, ResourceAmounts.CPU, cpu);
        if (memory != null) put(amounts, ResourceAmounts.MEMORY, memory);
        return amounts;
    }

    /// Adds a quantity, unless the text is none, such as the sign for an unknown amount.
    private static void put(Map<String, Quantity> amounts, String name, String text) {
        try {
            amounts.put(name, Quantity.parse(text));
        } catch (IllegalArgumentException | ArithmeticException _) {
            // Counts as absent.
        }
    }

    private static String or(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
