package dev.elastigres.core.scheduler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// Distributes the free amount of one resource of a node among the VMs that want more of it.
///
/// Urgent claims are met first. Within a class, the distribution is max-min fair (progressive
/// filling): the VM that takes least of the node gets the next unit, until nothing fits. A VM that
/// wants little is therefore met before one that wants much, and remainders of less than a unit are
/// not lost, as they would be if each share was rounded down.
final class GrowthClaims {
    /// Bound on the steps in which the room is filled. Steps are larger than a unit if there would
    /// be more.
    private static final int MAX_STEPS = 4096;

    private static final Comparator<GrowthClaim> ORDER =
            Comparator.comparing((GrowthClaim it) -> !it.urgent)
                    .thenComparingLong(GrowthClaim::taken)
                    .thenComparingLong(it -> it.order);

    private final List<GrowthClaim> claims = new ArrayList<>();

    private static final class GrowthClaim {
        final long wanted;
        final long unit;
        final long factor;
        final boolean urgent;
        final long order;
        long size;

        GrowthClaim(long size, long wanted, long unit, long factor, boolean urgent, long order) {
            this.size = size;
            this.wanted = wanted;
            this.unit = unit;
            this.factor = factor;
            this.urgent = urgent;
            this.order = order;
        }

        /// Returns what the VM takes of the node.
        long taken() {
            return taken(size);
        }

        long taken(long size) {
            return size * 1000 / factor;
        }

        /// Returns the largest number of whole units, at most `max`, that fit into `room`.
        long wholeUnits(long max, long room) {
            long fits = room / 1000 * factor + room % 1000 * factor / 1000;
            return Math.min(max, fits / unit * unit);
        }
    }

    /// Adds a claim.
    ///
    /// @param size the size that is booked
    /// @param wanted the size that is wanted
    /// @param unit step of growth, above 0
    /// @param factor overcommit factor in thousandths
    /// @param urgent whether it precedes claims that are not urgent
    /// @param order precedence among VMs that take the same, lower first
    /// @return its number, from 0
    int add(long size, long wanted, long unit, long factor, boolean urgent, long order) {
        claims.add(new GrowthClaim(size, wanted, unit, factor, urgent, order));
        return claims.size() - 1;
    }

    /// Returns the growth of each claim, by number.
    ///
    /// @param room the free amount; negative if more is booked than there is
    long[] distribute(long room) {
        long[] before = claims.stream().mapToLong(it -> it.size).toArray();
        var queue = new PriorityQueue<GrowthClaim>(Math.max(1, claims.size()), ORDER);
        for (GrowthClaim claim : claims) if (claim.wanted > claim.size) queue.add(claim);
        long free = Math.max(0, room);
        while (!queue.isEmpty()) {
            GrowthClaim next = queue.remove();
            long step = Math.min(next.wanted - next.size, step(next, room, queue.isEmpty()));
            long cost = next.taken(next.size + step) - next.taken();
            if (cost > free) {
                step = next.wholeUnits(step, free);
                cost = next.taken(next.size + step) - next.taken();
            } else if (next.size + step < next.wanted) {
                next.size += step;
                free -= cost;
                queue.add(next);
                continue;
            }
            next.size += step;
            free -= cost;
        }
        long[] growth = new long[before.length];
        for (int i = 0; i < growth.length; i++) growth[i] = claims.get(i).size - before[i];
        return growth;
    }

    private static long step(GrowthClaim claim, long room, boolean alone) {
        if (alone) return Long.MAX_VALUE;
        long min = claim.wholeUnits(Long.MAX_VALUE, room) / MAX_STEPS;
        return Math.max(claim.unit, min / claim.unit * claim.unit);
    }
}
