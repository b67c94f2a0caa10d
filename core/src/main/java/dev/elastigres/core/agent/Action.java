package dev.elastigres.core.agent;

import dev.elastigres.core.units.Resources;

/// What is to be done for one VM, in the order given. None of it may be waited for: what comes of
/// it is an event.
public sealed interface Action {

    /// Ask the scheduler for `wanted` in all; it may be less than it permitted before, and is then
    /// given back by the asking. Of two asks the one with the higher id counts, however they
    /// arrive.
    ///
    /// @param permit what it last permitted, as far as is known
    /// @param urgent whether memory is short already
    record AskScheduler(
            long id, Resources current, Resources wanted, Resources permit, boolean urgent)
            implements Action {}

    /// Have the VM's driver make it `to`. A driver does one thing at a time to a VM, and what was
    /// given up must not take effect after something newer began.
    record Resize(long id, Resources from, Resources to) implements Action {}

    /// Look at the VM and say what it has. As a resize does, it ends whatever was given up before.
    record Look() implements Action {}

    /// Read the VM's metrics now. What was measured before says nothing of the size it has now.
    record ReadMetrics() implements Action {}

    /// Tell the monitor that it may use `size`.
    record TellMonitor(long session, long id, Resources size) implements Action {}

    /// Ask the monitor whether the VM may become `target`.
    record AskMonitor(long session, long id, Resources target) implements Action {}
}
