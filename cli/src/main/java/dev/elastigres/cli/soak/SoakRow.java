package dev.elastigres.cli.soak;

/// One line of the result.
sealed interface SoakRow {

    /// Whether it is as it should be.
    boolean isSound();

    /// What was done.
    ///
    /// @param what in snake_case
    /// @param lost how many of `done` did not come to what they should
    record Done(String what, int done, int lost) implements SoakRow {
        @Override
        public boolean isSound() {
            return lost == 0;
        }
    }

    /// How a figure of the process has grown.
    ///
    /// @param what in snake_case, with its unit
    /// @param allowed what may be noise
    record Growth(String what, long before, long after, long allowed) implements SoakRow {
        @Override
        public boolean isSound() {
            return after - before <= allowed;
        }
    }
}
