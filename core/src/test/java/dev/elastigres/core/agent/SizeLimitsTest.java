package dev.elastigres.core.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import org.junit.jupiter.api.Test;

class SizeLimitsTest {
    private static final Resources GRAIN = new Resources(1, Bytes.ofMebibytes(8));

    @Test
    void betweenTwoSizesAreWholeGrains() {
        SizeLimits limits = between(size(0.5, 513), size(3.25, 2047));
        assertThat(limits.min()).isEqualTo(size(1, 520));
        assertThat(limits.max()).isEqualTo(size(3, 2040));
        assertThat(limits.size(2)).isEqualTo(size(1, 2040));
    }

    @Test
    void roundsMinimumUpWhenNoGrainFitsRange() {
        SizeLimits limits = between(size(1.5, 513), size(1.75, 514));
        assertThat(limits.min()).isEqualTo(limits.max()).isEqualTo(size(2, 520));
    }

    private static SizeLimits between(Resources min, Resources max) {
        return SizeLimits.between(ComputeUnit.DEFAULT, min, max, GRAIN);
    }

    private static Resources size(double vcpus, long mebibytes) {
        return new Resources(vcpus, Bytes.ofMebibytes(mebibytes));
    }
}
