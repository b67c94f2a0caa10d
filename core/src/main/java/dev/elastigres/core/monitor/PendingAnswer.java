package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;

/// An answer to the agent that waits for Postgres to fit its cache.
public sealed interface PendingAnswer {
    long session();

    long id();

    /// Returns when the answer is due, even if Postgres has not finished.
    Moment deadline();

    /// Returns the usable memory of the cache request that the answer waits for.
    Bytes usable();

    record Upscale(long session, long id, Resources granted, Bytes usable, Moment deadline)
            implements PendingAnswer {
        Upscale withUsable(Bytes changed) {
            return new Upscale(session, id, granted, changed, deadline);
        }
    }

    record Downscale(long session, long id, Resources target, Bytes usable, Moment deadline)
            implements PendingAnswer {}
}
