package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;

/// Forecast of usage from the newest samples.
///
/// @param forecast usage when memory requested now could arrive, plus what the kernel takes for it
///     beyond its reserve
/// @param rate growth of usage in bytes per second; zero if it does not grow
/// @param kernel the kernel's part of `forecast`
public record UsageForecast(Bytes forecast, Bytes rate, Bytes kernel) {

    /// Returns a forecast without growth: `used`.
    public static UsageForecast none(Bytes used) {
        return new UsageForecast(used, Bytes.ZERO, Bytes.ZERO);
    }
}
