package dev.elastigres.demo;

import java.time.Duration;

/// Shows a demo to people or programs. One thread owns it.
interface View extends AutoCloseable {

    /// @param at since the demo began
    void happened(Duration at, Told told);

    /// How it stands now; called several times a second.
    void gauge(Duration at, Gauge gauge);

    void ended(Ending ending);

    /// Leaves the terminal as it was.
    @Override
    void close();
}
