package dev.elastigres.agent.driver;

import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds the VMs of this host and changes their sizes. Calls for different VMs come at the same
/// time, those for one VM one at a time.
///
/// What was begun for a VM and given up (the thread was interrupted, or did not answer in time) has
/// no effect once a later call for it returned.
public interface Driver extends AutoCloseable {
    /// As it is named in settings and metrics.
    String name();

    /// Every VM that runs now. It is called about twice a second and must be quick.
    List<DiscoveredVm> find() throws DriverException, InterruptedException;

    /// What it was told to look after and cannot, as of the last [#find]: one clause each, with
    /// what to do about it. Any thread may ask.
    default List<String> problems() {
        return List.of();
    }

    /// VMs that ended though nobody stopped them, and why, by name; as of the last [#find]. Any
    /// thread may ask.
    default Map<String, String> dead() {
        return Map.of();
    }

    /// All VMs that there are, whether they run or not, as of the last [#find]; empty when it
    /// cannot tell, or not yet. Any thread may ask.
    default Optional<Set<String>> names() {
        return Optional.empty();
    }

    /// Where it looks for VMs, for people who miss one.
    default String searched() {
        return "";
    }

    /// @param within how long it may take
    /// @throws DriverException.Gone when there is no such VM any more
    ObservedSize look(DiscoveredVm vm, Duration within)
            throws DriverException, InterruptedException;

    /// Changes the size and waits until the VM has it.
    ///
    /// @param within how long it may take; what the VM has by then is the outcome
    /// @throws DriverException.Gone when there is no such VM any more
    ResizeOutcome resize(DiscoveredVm vm, Resources from, Resources to, Duration within)
            throws DriverException, InterruptedException;

    @Override
    void close();
}
