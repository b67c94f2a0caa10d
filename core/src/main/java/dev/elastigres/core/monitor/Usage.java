package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;

/// Memory that Postgres uses and the kernel cannot reclaim, as far as it is known.
public sealed interface Usage {

    /// Nothing is watched: the configuration names neither a cgroup nor a process tree.
    record NotMonitored() implements Usage {}

    /// No sample was taken yet.
    record Unsampled() implements Usage {}

    /// @param average average in the rolling window
    /// @param last the newest sample
    /// @param samples number of samples in the average
    /// @param at when the newest sample was taken
    /// @param forecast forecast from the samples
    /// @param machine memory of the whole machine, for all processes and the kernel
    record Known(
            Bytes average,
            Bytes last,
            int samples,
            Moment at,
            UsageForecast forecast,
            MachineMemory machine)
            implements Usage {
        /// Creates usage without a forecast; the average counts.
        public Known(Bytes average, Bytes last, int samples, Moment at) {
            this(
                    average,
                    last,
                    samples,
                    at,
                    UsageForecast.none(average),
                    new MachineMemory.Unreported());
        }

        /// Returns the higher of average and newest sample: the average lags behind a rise, and a
        /// single sample can miss a level that the average still shows.
        Bytes cautiousNow() {
            return average.max(last);
        }

        /// Returns the highest of average, newest sample and forecast.
        public Bytes cautious() {
            return cautiousNow().max(forecast.forecast());
        }
    }

    /// The newest reading failed. Earlier samples do not describe the present.
    record Unreadable(String why) implements Usage {}
}
