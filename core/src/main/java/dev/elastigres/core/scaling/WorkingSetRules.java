package dev.elastigres.core.scaling;

/// Rules that estimate the working set from its windows and size the cache for it.
///
/// @param fraction fraction of all memory that the cache takes, in (0, 1]
/// @param window length in minutes over which the rise before and after a point is measured, at
///     least 2
/// @param start first point considered, in minutes, at least `window`
/// @param largest whether the largest window is always the estimate, without a search for a jump
/// @param required whether the goal is incomplete while no windows are known
public record WorkingSetRules(
        double fraction, int window, int start, boolean largest, boolean required) {
    public static final WorkingSetRules DEFAULT = new WorkingSetRules(0.75, 5, 5, false, true);

    /// Defaults for a goal that is complete without a working set.
    public static final WorkingSetRules WHERE_KNOWN = new WorkingSetRules(0.75, 5, 5, false, false);

    /// Returns these rules with a cache that takes another fraction of memory.
    public WorkingSetRules withFraction(double wanted) {
        return new WorkingSetRules(wanted, window, start, largest, required);
    }

    public WorkingSetRules {
        if (!(fraction > 0 && fraction <= 1))
            throw new IllegalArgumentException(
                    "the cache's fraction of memory must be in (0, 1]: " + fraction);
        if (window < 2 || window > WorkingSetWindows.MAX)
            throw new IllegalArgumentException(
                    "the window must have 2 to " + WorkingSetWindows.MAX + " minutes: " + window);
        if (start < window || start > WorkingSetWindows.MAX)
            throw new IllegalArgumentException(
                    "the wait before a downscale must have "
                            + window
                            + " (the window) to "
                            + WorkingSetWindows.MAX
                            + " minutes: "
                            + start);
    }
}
