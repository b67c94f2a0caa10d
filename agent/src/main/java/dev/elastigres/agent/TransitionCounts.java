package dev.elastigres.agent;

import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.agent.Transition;
import dev.elastigres.daemon.metrics.MetricsWriter;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What came about in the lives of all VMs, those that are gone included: what one did between the
/// last look and its end is not. For any thread.
final class TransitionCounts {
    private final Map<Transition, Long> counts = new EnumMap<>(Transition.class);

    /// As each VM had counted when it was looked at.
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

    /// A VM that was started anew counts from zero.
    private void add(Transition transition, long count, Map<Transition, Long> before) {
        long known = before.getOrDefault(transition, 0L);
        counts.merge(transition, count >= known ? count - known : count, Long::sum);
    }

    synchronized void write(MetricsWriter page) {
        page.counter(
                "elastigres_agent_transitions_total", "What came about in VMs' lives, by kind");
        for (Transition each : Transition.values())
            page.sample(counts.getOrDefault(each, 0L), "transition", each.code());
    }
}
