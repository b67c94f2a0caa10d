package dev.elastigres.core.scaling;

import java.util.List;

/// The pages that Postgres works with, estimated from how their number rises with the time looked
/// back: flat for a while, then a jump to what some other work touched earlier.
final class WorkingSet {
    /// A rise counts as a jump when it is this many times the one before it.
    private static final double JUMP = 3;

    /// The part of the latest rise by which the working set may grow until the next look.
    private static final double GROWTH = 0.5;

    private final List<Double> pages;
    private final WorkingSetRules rules;

    WorkingSet(WorkingSetWindows windows, WorkingSetRules rules) {
        pages = windows.pages();
        this.rules = rules;
    }

    /// Whether there are too few windows for an estimate.
    boolean isUnknown() {
        return pages.size() < needed(rules);
    }

    static int needed(WorkingSetRules rules) {
        return rules.start() - 1 + rules.window();
    }

    /// In bytes; zero while it is unknown.
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

    /// The highest that the windows up to the estimate lead to when their rises go on.
    private double project(double estimate) {
        int end = rules.start() - 1;
        while (end < pages.size() && pages.get(end) <= estimate) end++;
        double highest = 0;
        for (int at = 1; at < end; at++)
            highest = Math.max(highest, pages.get(at) + GROWTH * rise(at - 1, at));
        return highest;
    }
}
