package dev.elastigres.demo;

import java.time.Duration;

/// Shows a demo to people or programs. One thread owns it.
interface DemoView extends AutoCloseable {

    /// @param at since the demo began
    void happened(Duration at, DemoNotice notice);

    /// How it stands now; called several times a second.
    void gauge(Duration at, DemoSnapshot snapshot);

    void ended(DemoResult ending);

    /// Leaves the terminal as it was.
    @Override
    void close();
}
