package dev.elastigres.simulation.trace;

import dev.elastigres.core.units.Bytes;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Random;

/// Typical database loads, generated from a seed.
public enum GeneratedLoad {
    /// A day of office hours: quiet at night, two peaks during the day.
    DIURNAL(24),
    /// Four quiet hours with bursts of about a minute.
    BURSTY(4),
    /// A slow rise to many times the initial load, and a sudden end.
    RAMP(2),
    /// Almost idle hours, interrupted by sudden activity.
    IDLE_WAKE(8),
    /// A constant load whose working set jumps and shrinks.
    WORKING_SET_SHIFT(6);

    private static final int STEP = 10;
    private static final double GIB = 1L << 30;

    private final int hours;

    GeneratedLoad(int hours) {
        this.hours = hours;
    }

    /// Returns the name of the load: `idle-wake`.
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public LoadTrace trace(long seed) {
        var random = new Random(seed * 0x9E3779B97F4A7C15L + code().hashCode());
        var samples = new ArrayList<TracePoint>();
        int total = hours * 3600;
        double burst = 0;
        for (int second = 0; second <= total; second += STEP) {
            // Bursts start at random and decay.
            if (random.nextInt(60) == 0) burst = 1 + random.nextDouble() * 3;
            burst = burst < 0.05 ? 0 : burst * 0.85;
            double noise = 1 + 0.1 * random.nextGaussian();
            samples.add(sample(second, (double) second / total, burst, Math.max(0.2, noise)));
        }
        return new LoadTrace(samples);
    }

    /// Returns the demand at `second`.
    ///
    /// @param part elapsed fraction of the whole time, from 0 to 1
    private TracePoint sample(int second, double part, double burst, double noise) {
        return switch (this) {
            case DIURNAL -> {
                double day = Math.max(0, Math.sin((part - 0.25) * 2 * Math.PI));
                double level = 0.1 + day * (0.7 + 0.3 * Math.cos(part * 8 * Math.PI));
                yield of(second, 4 * level * noise, 0.4 + 5 * level, 1 + 4 * level);
            }
            case BURSTY -> of(second, (0.2 + burst) * noise, 0.4 + 0.8 * burst, 1);
            case RAMP -> {
                double level = part < 0.8 ? part / 0.8 : 0.05;
                yield of(second, 0.1 + 5 * level * noise, 0.3 + 7 * level, 1 + 3 * level);
            }
            case IDLE_WAKE -> {
                boolean awake = part * hours % 2 > 1.7;
                yield awake ? of(second, 2.5 * noise, 2.5, 3) : of(second, 0.02 * noise, 0.2, 0.1);
            }
            case WORKING_SET_SHIFT -> {
                double[] sets = {1, 6, 2, 9, 0.5, 4};
                yield of(second, 0.8 * noise, 0.8, sets[Math.min(5, (int) (part * 6))]);
            }
        };
    }

    /// @param memory memory in GiB, like `workingSet`
    private static TracePoint of(int second, double cpus, double memory, double workingSet) {
        return new TracePoint(
                second,
                Math.round(cpus * 1000) / 1000.0,
                new Bytes((long) (memory * GIB)),
                new Bytes((long) (workingSet * GIB)));
    }
}
