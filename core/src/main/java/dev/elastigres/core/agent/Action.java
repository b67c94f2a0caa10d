package dev.elastigres.core.agent;

import dev.elastigres.core.units.Resources;

/// Actions to take for one VM, in the order given. The caller must not wait for an action; its
/// outcome arrives as an event.
public sealed interface Action {

    /// Ask the scheduler for a total of `wanted`. If that is less than the current permit, the
    /// request releases the difference. Of two requests, the one with the higher id counts, in
    /// whatever order they arrive.
    ///
    /// @param permit the last known permit
    /// @param urgent whether the monitor's request for more still counts, so resources are already
    ///     short
    record RequestPermit(
            long id, Resources current, Resources wanted, Resources permit, boolean urgent)
            implements Action {}

    /// Have the VM's driver resize the VM to `to`. A driver runs one operation at a time on a VM,
    /// and an abandoned operation must not take effect after a newer one began.
    record Resize(long id, Resources from, Resources to) implements Action {}

    /// Read the VM's size from its driver. Like a resize, this ends every operation that was
    /// abandoned before.
    record ReadSize() implements Action {}

    /// Read the VM's metrics now. Earlier measurements do not describe the VM at its present size.
    record ReadMetrics() implements Action {}

    /// Notify the monitor that it may use `size`.
    record NotifyMonitor(long session, long id, Resources size) implements Action {}

    /// Ask the monitor whether the VM may shrink to `target`.
    record RequestDownscale(long session, long id, Resources target) implements Action {}
}
