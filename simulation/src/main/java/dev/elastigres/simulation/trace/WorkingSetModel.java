package dev.elastigres.simulation.trace;

import dev.elastigres.core.scaling.WorkingSetWindows;
import dev.elastigres.core.units.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;

/// Models the working-set windows that a VM would report: the largest working set of the last 1 to
/// 60 minutes.
final class WorkingSetModel {
    private static final int MINUTES = 60;
    private static final double PAGE = 8192;

    private final ArrayDeque<Bytes> minutes = new ArrayDeque<>();

    void second(long second, Bytes workingSet) {
        if (minutes.isEmpty() || second % 60 == 0) {
            if (minutes.size() == MINUTES) minutes.removeLast();
            minutes.addFirst(workingSet);
        } else {
            minutes.addFirst(minutes.removeFirst().max(workingSet));
        }
    }

    WorkingSetWindows windows() {
        var pages = new ArrayList<Double>();
        Bytes largest = Bytes.ZERO;
        for (Bytes minute : minutes) {
            largest = largest.max(minute);
            pages.add(Math.floor(largest.value() / PAGE));
        }
        while (pages.size() < MINUTES) pages.add(pages.getLast());
        return new WorkingSetWindows(pages);
    }
}
