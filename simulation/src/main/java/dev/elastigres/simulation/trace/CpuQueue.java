package dev.elastigres.simulation.trace;

import java.util.ArrayDeque;

/// Queue of work that waits for a CPU, first in, first out. Work that a second cannot complete is
/// done later, so too few CPUs show as delay and not only as a count of shortages.
final class CpuQueue {
    /// Maximum recorded delay in seconds; longer ones count as this.
    private static final int MAX_DELAY = 4 * 3600;

    private static final double NOTHING = 1e-9;

    /// @param amount amount of work in CPU-seconds
    private record QueuedWork(long arrivedAt, double amount) {}

    private final ArrayDeque<QueuedWork> waiting = new ArrayDeque<>();
    private final double[] doneByDelay = new double[MAX_DELAY + 1];
    private double backlog;
    private double done;

    /// Advances by one second, in which `arriving` CPU-seconds of work arrive and at most `vcpus`
    /// are done.
    void second(long second, double arriving, double vcpus) {
        if (arriving > 0) waiting.addLast(new QueuedWork(second, arriving));
        backlog += arriving;
        double left = vcpus;
        while (left > NOTHING && !waiting.isEmpty()) {
            QueuedWork first = waiting.removeFirst();
            double part = Math.min(first.amount, left);
            left -= part;
            backlog -= part;
            finish(first, part, second);
            if (first.amount - part > NOTHING)
                waiting.addFirst(new QueuedWork(first.arrivedAt, first.amount - part));
        }
        if (waiting.isEmpty()) backlog = 0;
    }

    private void finish(QueuedWork work, double part, long second) {
        doneByDelay[(int) Math.min(second - work.arrivedAt, MAX_DELAY)] += part;
        done += part;
    }

    /// Returns the waiting work in CPU-seconds.
    double backlog() {
        return backlog;
    }

    /// Returns the smallest delay, in seconds, that `fraction` of all work did not exceed. Work
    /// still waiting at `end` counts with the time it has waited until then.
    double delayPercentile(double fraction, long end) {
        double[] byDelay = doneByDelay.clone();
        double all = done;
        for (QueuedWork each : waiting) {
            byDelay[(int) Math.min(end - each.arrivedAt, MAX_DELAY)] += each.amount;
            all += each.amount;
        }
        double sum = 0;
        for (int delay = 0; delay <= MAX_DELAY; delay++) {
            sum += byDelay[delay];
            if (sum >= all * fraction - NOTHING) return delay;
        }
        return MAX_DELAY;
    }
}
