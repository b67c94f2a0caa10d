package dev.elastigres.simulation.cluster;

import dev.elastigres.core.scheduler.BookingKind;
import dev.elastigres.core.scheduler.OvercommitFactors;
import dev.elastigres.core.scheduler.PodBooking;
import dev.elastigres.core.scheduler.PodIdentity;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.Optional;

/// A pod of the simulated cluster: its object, and what it really takes.
final class ClusterPod {
    final PodIdentity identity;
    final String node;
    final OvercommitFactors overcommit;

    /// The VM that it belongs to; empty for an ordinary pod.
    final Optional<ClusterVm> vm;

    BookingKind kind;

    /// The size that its object states.
    Resources stored;

    /// When the last write to its object that was begun ends. Writes follow each other.
    Duration writtenUntil = Duration.ZERO;

    ClusterPod(
            String name,
            String node,
            Optional<ClusterVm> vm,
            OvercommitFactors overcommit,
            BookingKind kind,
            Resources stored) {
        identity = new PodIdentity("sim", name, "uid-" + name);
        this.node = node;
        this.vm = vm;
        this.overcommit = overcommit;
        this.kind = kind;
        this.stored = stored;
    }

    PodBooking booking() {
        return new PodBooking(identity, node, stored, overcommit, kind);
    }

    String uid() {
        return identity.uid();
    }

    /// Returns what it takes of its node by its object.
    Resources storedShare() {
        return kind == BookingKind.FINISHED ? Resources.ZERO : overcommit.booked(stored);
    }

    /// Returns what it takes of its node at most.
    Resources trueShare() {
        boolean runs = vm.isPresent() && vm.get().runsIn(this);
        return runs ? overcommit.booked(vm.orElseThrow().atMost()) : storedShare();
    }
}
