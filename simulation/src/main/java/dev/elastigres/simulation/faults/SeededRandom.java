package dev.elastigres.simulation.faults;

import java.time.Duration;
import java.util.Random;

/// All randomness of one simulated world.
final class SeededRandom {
    private final Random random;

    /// Whether anything goes wrong at all, for now.
    private boolean faulty = true;

    SeededRandom(long seed) {
        // The seeds of neighbours would begin alike.
        random = new Random(seed * 0x9E3779B97F4A7C15L);
    }

    void heal() {
        faulty = false;
    }

    /// A fault with this probability, while there are faults.
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
