package dev.elastigres.simulation.time;

import java.time.Duration;
import java.util.PriorityQueue;

/// Virtual time: what is to happen, in order.
public final class Timeline {
    private final PriorityQueue<ScheduledEvent> queue = new PriorityQueue<>();
    private long nanos;
    private long count;

    /// @param order tells apart what happens at the same time, first come first served
    private record ScheduledEvent(long nanos, long order, Runnable what)
            implements Comparable<ScheduledEvent> {
        @Override
        public int compareTo(ScheduledEvent other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    /// How long it has been since the beginning.
    public Duration now() {
        return Duration.ofNanos(nanos);
    }

    public void after(Duration wait, Runnable what) {
        queue.add(new ScheduledEvent(nanos + Math.max(0, wait.toNanos()), count++, what));
    }

    /// Goes on to the next thing and lets it happen; false when that is after `end`.
    public boolean step(Duration end) {
        ScheduledEvent next = queue.peek();
        if (next == null || next.nanos > end.toNanos()) return false;
        queue.remove();
        nanos = next.nanos;
        next.what.run();
        return true;
    }

    /// Lets happen all that is due until `end`, and goes on to then.
    public void runTo(Duration end) {
        while (step(end)) {}
        nanos = Math.max(nanos, end.toNanos());
    }
}
