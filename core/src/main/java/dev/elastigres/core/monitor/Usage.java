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
    /// @param forecast what they foretell
    /// @param machine what all processes and the kernel leave
    record Known(
            Bytes average,
            Bytes last,
            int samples,
            Moment at,
            UsageForecast forecast,
            MachineMemory machine)
            implements Usage {
        /// Nothing is foretold; what counts is the average.
        public Known(Bytes average, Bytes last, int samples, Moment at) {
            this(
                    average,
                    last,
                    samples,
                    at,
                    UsageForecast.none(average),
                    new MachineMemory.Unreported());
        }

        /// The more cautious of what is used now: an average lags behind a rise, a sample behind a
        /// fall.
        Bytes cautiousNow() {
            return average.max(last);
        }

        /// What is to come counts, too.
        public Bytes cautious() {
            return cautiousNow().max(forecast.forecast());
        }
    }

    /// The newest attempt failed. What was read before says nothing about now.
    record Unreadable(String why) implements Usage {}
}
