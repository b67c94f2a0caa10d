package dev.elastigres.core.scaling;

import dev.elastigres.core.units.Bytes;
import java.util.Locale;

/// What one kind of need asks for, and what it was made of.
public sealed interface GoalComponent {
    /// In compute units, with their fraction.
    double units();

    /// One readable clause with its numbers.
    String text();

    /// The load average.
    ///
    /// @param load blended from the averages over one and five minutes
    /// @param target the load that one CPU should have
    record Load(double units, double load, double target) implements GoalComponent {
        @Override
        public String text() {
            return "cpu "
                    + number(units)
                    + " (load "
                    + number(load)
                    + ", "
                    + number(target)
                    + " a CPU)";
        }
    }

    /// The CPUs' own account.
    ///
    /// @param target the fraction of a CPU that should be busy
    record Demand(double units, CpuUsage use, double target) implements GoalComponent {
        @Override
        public String text() {
            return "cpu "
                    + number(units)
                    + " ("
                    + number(use.busy())
                    + " CPUs busy, "
                    + percent(use.pressure())
                    + " pressure, "
                    + percent(target)
                    + " a CPU)";
        }
    }

    /// Memory that is used.
    ///
    /// @param used without the page cache
    /// @param workingSet how much of the page cache is counted; zero when it did not decide
    /// @param target the fraction of memory that both should take
    record Memory(double units, Bytes used, Bytes workingSet, double target)
            implements GoalComponent {
        @Override
        public String text() {
            String cached =
                    workingSet.equals(Bytes.ZERO) ? "" : " and " + workingSet + " of working set";
            return "memory "
                    + number(units)
                    + " ("
                    + used
                    + " used"
                    + cached
                    + ", "
                    + percent(target)
                    + " of all)";
        }
    }

    /// The cache that the working set calls for.
    ///
    /// @param workingSet as projected; zero while there are too few windows
    /// @param target the fraction of memory that the cache takes
    record Cache(double units, Bytes workingSet, double target) implements GoalComponent {
        @Override
        public String text() {
            return workingSet.equals(Bytes.ZERO)
                    ? "cache 0 (no working set known yet)"
                    : "cache "
                            + number(units)
                            + " (working set "
                            + workingSet
                            + ", "
                            + percent(target)
                            + " of all)";
        }
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String percent(double fraction) {
        return Math.round(fraction * 100) + " %";
    }
}
