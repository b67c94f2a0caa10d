package dev.elastigres.agent;

import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.agent.Transition;
import dev.elastigres.daemon.metrics.MetricsWriter;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Sums the transition counts of all VMs, including those that are gone. Transitions between the
/// last observation of a VM and its end are not counted. Thread-safe.
final class TransitionCounts {
    private final Map<Transition, Long> counts = new EnumMap<>(Transition.class);

    /// Counts of each VM at the last observation, by VM name.
    private Map<String, Map<Transition, Long>> seen = Map.of();

    synchronized void look(List<VmStatus> vms) {
        var now = new HashMap<String, Map<Transition, Long>>();
        for (VmStatus vm : vms) {
            Map<Transition, Long> before = seen.getOrDefault(vm.name(), Map.of());
            vm.transitions().forEach((each, count) -> add(each, count, before));
            now.put(vm.name(), vm.transitions());
        }
        seen = now;
    }

    /// Adds the increase of one count. A count below the known one restarted from zero with its VM.
    private void add(Transition transition, long count, Map<Transition, Long> before) {
        long known = before.getOrDefault(transition, 0L);
        counts.merge(transition, count >= known ? count - known : count, Long::sum);
    }

    synchronized void write(MetricsWriter page) {
        page.counter("elastigres_agent_transitions_total", "Transitions of VMs, by kind");
        for (Transition each : Transition.values())
            page.sample(counts.getOrDefault(each, 0L), "transition", each.code());
    }
}
