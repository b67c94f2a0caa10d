package dev.elastigres.monitor.watch;

/// What the watcher watches for.
///
/// @param threshold in bytes
/// @param horizon how far ahead it looks, in nanoseconds
record Aim(long threshold, long horizon) {
    static final Aim NONE = new Aim(Long.MAX_VALUE, 0);

    Aim withThreshold(long changed) {
        return new Aim(changed, horizon);
    }

    Aim withHorizon(long changed) {
        return new Aim(threshold, changed);
    }
}
