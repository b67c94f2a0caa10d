package dev.elastigres.simulation.faults;

import java.time.Duration;
import java.util.Random;

/// Source of all randomness in one simulation.
final class SeededRandom {
    private final Random random;

    /// Whether faults occur at present.
    private boolean faulty = true;

    SeededRandom(long seed) {
        // Consecutive seeds would start with similar values.
        random = new Random(seed * 0x9E3779B97F4A7C15L);
    }

    void heal() {
        faulty = false;
    }

    /// Returns whether a fault with this probability occurs; never after [#heal].
    boolean fault(double probability) {
        return random.nextDouble() < probability && faulty;
    }

    boolean with(double probability) {
        return random.nextDouble() < probability;
    }

    int from(int min, int max) {
        return random.nextInt(min, max + 1);
    }

    Duration millis(int min, int max) {
        return Duration.ofMillis(from(min, max));
    }
}
