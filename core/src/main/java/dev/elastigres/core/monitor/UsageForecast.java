package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;

/// What the newest samples foretell.
///
/// @param forecast what will be used when memory asked for now could be here: usage, and what the
///      kernel takes for it beyond its reserve
/// @param rate how fast usage grows, in bytes a second; zero when it does not
/// @param kernel the part of `foreseen` that is the kernel's
public record UsageForecast(Bytes forecast, Bytes rate, Bytes kernel) {

    /// Nothing is foretold: what counts is `used`.
    public static UsageForecast none(Bytes used) {
        return new UsageForecast(used, Bytes.ZERO, Bytes.ZERO);
    }
}
