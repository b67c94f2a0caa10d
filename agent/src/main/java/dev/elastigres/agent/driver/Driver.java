package dev.elastigres.agent.driver;

import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds the VMs of this host and changes their sizes. Calls for different VMs run concurrently,
/// calls for one VM one at a time.
///
/// A call that was given up (its thread was interrupted, or it did not return in time) has no
/// effect after a later call for the same VM has returned.
public interface Driver extends AutoCloseable {
    /// Returns the name of the driver in settings and metrics.
    String name();

    /// Returns every running VM. It is called about twice a second and must be quick.
    List<DiscoveredVm> find() throws DriverException, InterruptedException;

    /// Returns the configured VMs that the driver cannot manage, as of the last [#find]: one clause
    /// each, with a remedy. Thread-safe.
    default List<String> problems() {
        return List.of();
    }

    /// Returns the ends of VMs that were not stopped by a command of elastigres, by name; as of the
    /// last [#find]. Thread-safe.
    default Map<String, VmEnd> ends() {
        return Map.of();
    }

    /// Returns the names of all VMs, running or not, as of the last [#find]; empty if they are
    /// unknown. Thread-safe.
    default Optional<Set<String>> names() {
        return Optional.empty();
    }

    /// Returns the places where the driver looks for VMs, as a hint for users who miss one.
    default String searched() {
        return "";
    }

    /// @param within timeout
    /// @throws DriverException.Gone if the VM does not exist any more
    ObservedSize look(DiscoveredVm vm, Duration within)
            throws DriverException, InterruptedException;

    /// Changes the size and waits until the VM has it.
    ///
    /// @param within timeout; the outcome is the size that the VM has by then
    /// @throws DriverException.Gone if the VM does not exist any more
    ResizeOutcome resize(DiscoveredVm vm, Resources from, Resources to, Duration within)
            throws DriverException, InterruptedException;

    @Override
    void close();
}
