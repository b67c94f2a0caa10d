package dev.elastigres.bench;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.Random;

/// The memory of a busy database that never comes near its threshold: sorts and hash tables that
/// come and go. The sequence is random with a fixed seed, so every run is the same.
final class BackgroundLoad {
    /// Distance of the idle usage from the threshold, which bounds how close to it a spike may
    /// come.
    static final Bytes DISTANCE = Bytes.ofMebibytes(256);

    private static final long SEED = 1;
    private static final double MIN_MEBIBYTES = 4;
    private static final double MAX_MEBIBYTES = 96;
    private static final int MIN_RATE = 50;
    private static final int MAX_RATE = 200;

    private final Random random = new Random(SEED);

    /// @param hold time for which the memory stays allocated
    /// @param pause time until the next spike
    record LoadSpike(BurstRate rate, Bytes size, Duration hold, Duration pause) {}

    LoadSpike next() {
        double share = random.nextDouble();
        double mebibytes = MIN_MEBIBYTES * Math.pow(MAX_MEBIBYTES / MIN_MEBIBYTES, share);
        return new LoadSpike(
                new BurstRate(random.nextInt(MIN_RATE, MAX_RATE + 1)),
                Bytes.ofMebibytes(1).times(mebibytes),
                Duration.ofMillis(random.nextInt(20, 400)),
                Duration.ofMillis(random.nextInt(100, 1500)));
    }
}
