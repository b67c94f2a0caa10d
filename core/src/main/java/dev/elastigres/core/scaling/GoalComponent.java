package dev.elastigres.core.scaling;

import dev.elastigres.core.units.Bytes;
import java.util.Locale;

/// The part of a goal that one kind of demand calls for, and its inputs.
public sealed interface GoalComponent {
    /// Returns the demand in compute units, with the fraction.
    double units();

    /// Returns the kind of demand in one word.
    String name();

    /// Returns the numbers that the demand was computed from, as one readable clause.
    String figures();

    /// Returns one readable clause with the demand in compute units and its numbers.
    default String text() {
        return name() + " " + number(units()) + " (" + figures() + ")";
    }

    /// Demand according to the load averages.
    ///
    /// @param load blend of the load averages over one and five minutes
    /// @param target wanted load average of one CPU
    record Load(double units, double load, double target) implements GoalComponent {
        @Override
        public String name() {
            return "cpu";
        }

        @Override
        public String figures() {
            return "load " + number(load) + ", " + number(target) + " a CPU";
        }
    }

    /// Demand according to measured CPU usage.
    ///
    /// @param target fraction of a CPU that should be busy
    /// @param learned whether `target` was learned from the load; then the demand is rounded up
    record Demand(double units, CpuUsage use, double target, boolean learned)
            implements GoalComponent {
        /// Upper bound of the pressure in the formula: a saturated VM shows at most pressure 1, and
        /// may grow to four times its measured usage.
        private static final double MAX_PRESSURE = 0.75;

        /// Returns the CPUs that would be busy if no task waited for one: the work done, plus the
        /// estimated work of tasks that waited for a CPU.
        public static double cpus(CpuUsage use) {
            return use.busy() / (1 - Math.min(use.pressure(), MAX_PRESSURE));
        }

        @Override
        public String name() {
            return "cpu";
        }

        @Override
        public String figures() {
            return number(use.busy())
                    + " CPUs busy, "
                    + percent(use.pressure())
                    + " pressure, "
                    + percent(target)
                    + (learned ? " a CPU as learned" : " a CPU");
        }
    }

    /// Demand for the memory in use.
    ///
    /// @param used memory in use without the page cache
    /// @param workingSet part of the page cache that counts; zero if it did not decide
    /// @param target fraction of memory that both together should take
    record Memory(double units, Bytes used, Bytes workingSet, double target)
            implements GoalComponent {
        @Override
        public String name() {
            return "memory";
        }

        @Override
        public String figures() {
            String cached =
                    workingSet.equals(Bytes.ZERO) ? "" : " and " + workingSet + " of working set";
            return used + " used" + cached + ", " + percent(target) + " of all";
        }
    }

    /// Demand for a cache that holds the working set.
    ///
    /// @param workingSet projected working set; zero while there are too few windows
    /// @param target fraction of memory that the cache takes
    record Cache(double units, Bytes workingSet, double target) implements GoalComponent {
        @Override
        public String name() {
            return "cache";
        }

        @Override
        public String figures() {
            return "working set " + workingSet + ", " + percent(target) + " of all";
        }

        @Override
        public String text() {
            return workingSet.equals(Bytes.ZERO)
                    ? "cache 0 (no working set known yet)"
                    : GoalComponent.super.text();
        }
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String percent(double fraction) {
        return Math.round(fraction * 100) + " %";
    }
}
