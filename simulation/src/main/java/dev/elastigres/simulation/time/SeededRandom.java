package dev.elastigres.simulation.time;

import dev.elastigres.core.agent.ExtraRule;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.scaling.Preference;
import dev.elastigres.core.scaling.SizeShape;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// Source of all randomness in one simulation.
public final class SeededRandom {
    private final Random random;

    /// Whether faults occur at present.
    private boolean faulty = true;

    public SeededRandom(long seed) {
        // Consecutive seeds would start with similar values.
        random = new Random(seed * 0x9E3779B97F4A7C15L);
    }

    public void heal() {
        faulty = false;
    }

    /// Returns whether a fault with this probability occurs; never after [#heal].
    public boolean fault(double probability) {
        return random.nextDouble() < probability && faulty;
    }

    public boolean with(double probability) {
        return random.nextDouble() < probability;
    }

    public int from(int min, int max) {
        return random.nextInt(min, max + 1);
    }

    /// Returns Neon's rules or ours with any preference, each for any shape.
    public ScalingRules rules() {
        List<Preference> all = List.of(Preference.values());
        Preference preference = all.get(from(0, all.size() - 1));
        ScalingRules rules =
                with(0.7)
                        ? ScalingRules.of(Set.of(ExtraRule.values()), preference)
                        : ScalingRules.NEON;
        SizeShape shape = with(0.5) ? SizeShape.UNITS : SizeShape.INDEPENDENT;
        return rules.with(rules.goal().with(shape));
    }

    public Duration millis(int min, int max) {
        return Duration.ofMillis(from(min, max));
    }
}
