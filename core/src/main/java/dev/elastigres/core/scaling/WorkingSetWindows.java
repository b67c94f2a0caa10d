package dev.elastigres.core.scaling;

import java.util.List;

/// Numbers of different pages that Postgres touched in the last minute, the last two minutes, and
/// so on: one value for each whole number of minutes from 1.
///
/// @param pages numbers of pages of 8 KiB; finite and not negative, at most [#MAX] values
public record WorkingSetWindows(List<Double> pages) {
    public static final int MAX = 1440;
    static final int PAGE = 8192;

    public WorkingSetWindows {
        pages = List.copyOf(pages);
        if (pages.size() > MAX)
            throw new IllegalArgumentException(
                    pages.size() + " windows, more than the maximum of " + MAX);
        for (double each : pages)
            if (!(each >= 0 && each <= Double.MAX_VALUE))
                throw new IllegalArgumentException("not a number of pages: " + each);
    }
}
