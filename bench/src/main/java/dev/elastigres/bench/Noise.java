package dev.elastigres.bench;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.Random;

/// A database at work that never comes near its limit: sorts and hash tables that come and go. From
/// a seed, so that every run replays the same.
final class Noise {
    /// How far below the threshold it lives, and how close to it a spike may come.
    static final Bytes DISTANCE = Bytes.ofMebibytes(256);

    private static final long SEED = 1;
    private static final double LEAST_MEBIBYTES = 4;
    private static final double MOST_MEBIBYTES = 96;
    private static final int LEAST_RATE = 50;
    private static final int MOST_RATE = 200;

    private final Random random = new Random(SEED);

    /// @param hold how long the memory stays
    /// @param pause until the next one
    record Spike(Rate rate, Bytes size, Duration hold, Duration pause) {}

    Spike next() {
        double share = random.nextDouble();
        double mebibytes = LEAST_MEBIBYTES * Math.pow(MOST_MEBIBYTES / LEAST_MEBIBYTES, share);
        return new Spike(
                new Rate(random.nextInt(LEAST_RATE, MOST_RATE + 1)),
                Bytes.ofMebibytes(1).times(mebibytes),
                Duration.ofMillis(random.nextInt(20, 400)),
                Duration.ofMillis(random.nextInt(100, 1500)));
    }
}
