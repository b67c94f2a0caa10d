package dev.elastigres.page;

import java.util.Optional;

/// Provides what the live page shows. Its methods are thread-safe, return soon, and never wait for
/// a machine.
public interface PageSource {
    /// Returns the host and all machines. Called up to ten times a second while a page is open.
    FleetSnapshot fleet();

    /// Returns one machine; empty if there is none of that name. Called up to twice a second for
    /// each open view of a machine.
    Optional<MachineView> machine(String name);
}
