package dev.elastigres.agent.worker;

import dev.elastigres.agent.driver.DiscoveredVm.OomKill;
import dev.elastigres.agent.hold.VmHold;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// What is kept of VMs beyond one worker and one agent. Thread-safe.
///
/// @param kills returns the OOM kills of a VM that earlier agents saw
/// @param holds returns the operator's hold on a VM
public record KeptVmState(
        Function<String, List<OomKill>> kills, Function<String, Optional<VmHold>> holds) {
    /// Nothing is kept.
    public static final KeptVmState NONE = new KeptVmState(_ -> List.of(), _ -> Optional.empty());
}
