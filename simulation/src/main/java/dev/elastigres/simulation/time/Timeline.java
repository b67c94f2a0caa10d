package dev.elastigres.simulation.time;

import java.time.Duration;
import java.util.PriorityQueue;

/// Virtual time with a queue of scheduled events in their order.
public final class Timeline {
    private final PriorityQueue<ScheduledEvent> queue = new PriorityQueue<>();
    private long nanos;
    private long count;

    /// @param order order among events at the same time, first come first served
    private record ScheduledEvent(long nanos, long order, Runnable what)
            implements Comparable<ScheduledEvent> {
        @Override
        public int compareTo(ScheduledEvent other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    /// Returns the time since the start of the simulation.
    public Duration now() {
        return Duration.ofNanos(nanos);
    }

    public void after(Duration wait, Runnable what) {
        queue.add(new ScheduledEvent(nanos + Math.max(0, wait.toNanos()), count++, what));
    }

    /// Advances to the next event and runs it; returns false if that is after `end`.
    public boolean step(Duration end) {
        ScheduledEvent next = queue.peek();
        if (next == null || next.nanos > end.toNanos()) return false;
        queue.remove();
        nanos = next.nanos;
        next.what.run();
        return true;
    }

    /// Runs all events that are due until `end`, and advances to it.
    public void runTo(Duration end) {
        while (step(end)) {}
        nanos = Math.max(nanos, end.toNanos());
    }
}
