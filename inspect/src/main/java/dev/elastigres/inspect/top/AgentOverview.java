package dev.elastigres.inspect.top;

import dev.elastigres.core.units.Resources;
import dev.elastigres.protocol.json.Json;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The agent's status, with the VMs that need attention first.
///
/// @param driver name of the agent's driver
/// @param dryRun whether the agent only reports what it would do
/// @param searched where the driver looks for VMs
/// @param capacity capacity of the host's budget; empty if a scheduler permits the sizes
/// @param permitted sum of the sizes that the budget has permitted
/// @param problems problems of the agent and its VMs, one clause each
record AgentOverview(
        String driver,
        boolean dryRun,
        String searched,
        Optional<Resources> capacity,
        Optional<Resources> permitted,
        List<String> problems,
        List<VmOverview> vms) {

    /// Reads `/status`.
    static AgentOverview parse(Json.Obj status) {
        Optional<Json.Obj> budget = status.object("budget");
        return new AgentOverview(
                VmOverview.text(status, "driver"),
                status.get("dry_run").filter(new Json.Bool(true)::equals).isPresent(),
                VmOverview.text(status, "searched"),
                budget.flatMap(it -> VmOverview.size(it, "capacity")),
                budget.flatMap(it -> VmOverview.size(it, "permitted")),
                status.list("problems").stream()
                        .flatMap(AgentOverview::text)
                        .map(VmOverview::clean)
                        .toList(),
                status.list("vms").stream()
                        .flatMap(it -> it instanceof Json.Obj vm ? Stream.of(vm) : Stream.empty())
                        .map(VmOverview::parse)
                        .sorted(
                                Comparator.comparing(VmOverview::attention)
                                        .thenComparing(VmOverview::name))
                        .toList());
    }

    private static Stream<String> text(Json value) {
        return value instanceof Json.Str(String text) ? Stream.of(text) : Stream.empty();
    }
}
