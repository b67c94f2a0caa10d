package dev.elastigres.page;

/// Provides what the live page shows. Its methods are thread-safe, return soon, and never wait for
/// a machine.
public interface PageSource {
    /// Returns the host and all machines. Called up to ten times a second while a page is open.
    FleetSnapshot fleet();
}
