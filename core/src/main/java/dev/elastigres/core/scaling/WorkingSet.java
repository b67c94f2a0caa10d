package dev.elastigres.core.scaling;

import java.util.List;

/// Estimates the pages that Postgres works with. The number of different pages grows with the
/// length of the window: it is flat for a while, then jumps to the pages that other work touched
/// earlier. The estimate is the value before the jump.
final class WorkingSet {
    /// A rise is a jump if it exceeds the rise before it by this factor.
    private static final double JUMP = 3;

    /// Fraction of the latest rise by which the working set may grow until the next estimate.
    private static final double GROWTH = 0.5;

    private final List<Double> pages;
    private final WorkingSetRules rules;

    WorkingSet(WorkingSetWindows windows, WorkingSetRules rules) {
        pages = windows.pages();
        this.rules = rules;
    }

    /// Returns whether there are too few windows for an estimate.
    boolean isUnknown() {
        return pages.size() < needed(rules);
    }

    static int needed(WorkingSetRules rules) {
        return rules.start() - 1 + rules.window();
    }

    /// Returns the projected working set in bytes; zero while it is unknown.
    double bytes() {
        return isUnknown() ? 0 : project(estimate()) * WorkingSetWindows.PAGE;
    }

    private double estimate() {
        int apart = rules.window() - 1;
        if (!rules.largest())
            for (int at = rules.start() - 1; at + apart < pages.size(); at++)
                if (rise(at, at + apart) > JUMP * rise(at - apart, at)) return pages.get(at);
        return pages.getLast();
    }

    private double rise(int from, int to) {
        return Math.max(0, pages.get(to) - pages.get(from));
    }

    /// Returns the highest projection of the windows up to the estimate, each continued by its last
    /// rise.
    private double project(double estimate) {
        int end = rules.start() - 1;
        while (end < pages.size() && pages.get(end) <= estimate) end++;
        double highest = 0;
        for (int at = 1; at < end; at++)
            highest = Math.max(highest, pages.get(at) + GROWTH * rise(at - 1, at));
        return highest;
    }
}
