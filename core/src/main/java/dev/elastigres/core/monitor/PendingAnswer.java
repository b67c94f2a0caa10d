package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;

/// An answer that waits for Postgres to fit its cache.
public sealed interface PendingAnswer {
    long session();

    long id();

    /// When the answer is given, whatever Postgres does.
    Moment deadline();

    /// The cache that is waited for, by the usable memory it is fitted to.
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
