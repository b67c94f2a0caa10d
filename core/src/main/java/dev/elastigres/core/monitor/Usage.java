package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;

/// What is known of the memory that Postgres uses and the kernel cannot reclaim.
public sealed interface Usage {

    /// Nothing is watched: neither a cgroup nor a process tree was named.
    record Unwatched() implements Usage {}

    /// Nothing was read yet.
    record Unsampled() implements Usage {}

    /// @param average over the rolling window
    /// @param last the newest sample
    /// @param samples how many the average is made of
    /// @param at when the newest was taken
    record Known(Bytes average, Bytes last, int samples, Moment at) implements Usage {
        /// The more cautious of the two: an average lags behind a rise, a sample behind a fall.
        public Bytes cautious() {
            return average.max(last);
        }
    }

    /// The newest attempt failed. What was read before says nothing about now.
    record Unreadable(String why) implements Usage {}
}
