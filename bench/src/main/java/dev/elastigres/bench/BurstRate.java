package dev.elastigres.bench;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Rate at which a burst allocates memory.
///
/// @param mebibytes in MiB/s; 0 means as fast as the machine can
record BurstRate(int mebibytes) {
    BurstRate {
        if (mebibytes < 0) throw new IllegalArgumentException("not a rate: " + mebibytes);
    }

    static final class BurstRateConverter implements ITypeConverter<BurstRate> {
        @Override
        public BurstRate convert(String text) {
            if (!text.matches("\\d{1,6}"))
                throw new TypeConversionException("'" + text + "' is not a rate in MiB/s");
            return new BurstRate(Integer.parseInt(text));
        }
    }

    boolean isUnlimited() {
        return mebibytes == 0;
    }

    Bytes perSecond() {
        return Bytes.ofMebibytes(mebibytes);
    }

    /// Returns the memory that is allocated within `time`. Meaningless if the rate is unlimited.
    Bytes within(Duration time) {
        return perSecond().times(time.toNanos() / 1e9);
    }

    @Override
    public String toString() {
        return isUnlimited() ? "unlimited" : mebibytes + " MiB/s";
    }
}
