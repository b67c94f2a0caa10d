package dev.elastigres.demo;

import java.time.Duration;

/// Displays a demo for people or as data. Not thread-safe.
interface DemoView extends AutoCloseable {

    /// Shows an event.
    ///
    /// @param at time since the demo began
    void happened(Duration at, DemoNotice notice);

    /// Shows the current state; called several times per second.
    void gauge(Duration at, DemoSnapshot snapshot);

    void ended(DemoResult ending);

    /// Restores the terminal.
    @Override
    void close();
}
