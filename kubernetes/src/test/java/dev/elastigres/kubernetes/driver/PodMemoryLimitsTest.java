package dev.elastigres.kubernetes.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import org.junit.jupiter.api.Test;

/// Amounts are MiB.
class PodMemoryLimitsTest {

    /// A limit of 1024 has a margin of an eighth; half of it is the largest.
    @Test
    void freesMoreEachTimeTheKubeletDidNotAcceptALimit() {
        assertThat(reclaimTarget(50, 1024, 0)).isEqualTo(1024 - 128);
        assertThat(reclaimTarget(50, 1024, 1)).isEqualTo(1024 - 256);
        assertThat(reclaimTarget(50, 1024, 2)).isEqualTo(512);
        assertThat(reclaimTarget(50, 1024, 100)).isEqualTo(512);
    }

    @Test
    void leavesMemoryInUse() {
        assertThat(reclaimTarget(700, 1024, 3)).isEqualTo(716);
        // The ordinary margin may reach into it: the kernel takes page cache alone.
        assertThat(reclaimTarget(900, 1024, 3)).isEqualTo(1024 - 128);
    }

    private static long reclaimTarget(long inUse, long limit, int attempts) {
        var occupancy =
                new MemoryOccupancy(
                        Bytes.ofMebibytes(2000), Bytes.ZERO, Bytes.ZERO, Bytes.ofMebibytes(inUse));
        return PodMemoryLimits.reclaimTarget(occupancy, Bytes.ofMebibytes(limit), attempts)
                .toMebibytes();
    }
}
