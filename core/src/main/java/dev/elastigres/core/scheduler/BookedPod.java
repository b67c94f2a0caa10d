package dev.elastigres.core.scheduler;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Moment;
import java.util.Optional;

/// A pod in the ledger. Mutable; owned by the [PermitLedger].
final class BookedPod {
    private PodBooking booking;

    /// The size that counts: an upper bound of what the VM has and may get.
    private LedgerUnits size;

    /// When a permit last allowed the VM to grow.
    private Moment grownAt;

    private Optional<UnmetGrowth> unmet = Optional.empty();

    /// A request that was not met in full.
    ///
    /// @param order precedence among equal claims, lower first
    record UnmetGrowth(
            LedgerUnits wanted, ComputeUnit unit, boolean urgent, long order, Moment at) {}

    BookedPod(PodBooking booking, Moment now) {
        this.booking = booking;
        size = LedgerUnits.of(booking.size()).min(LedgerUnits.MAX);
        grownAt = now;
    }

    PodBooking observed() {
        return booking;
    }

    PodIdentity pod() {
        return booking.pod();
    }

    String node() {
        return booking.node();
    }

    BookingKind kind() {
        return booking.kind();
    }

    OvercommitFactors overcommit() {
        return booking.overcommit();
    }

    LedgerUnits size() {
        return size;
    }

    /// Returns what the pod takes of its node.
    LedgerUnits taken() {
        return kind() == BookingKind.FINISHED
                ? LedgerUnits.ZERO
                : overcommit().units(size.toResources());
    }

    /// Replaces what the object states. A size that was permitted is not lowered: the object shows
    /// a permit late.
    void observe(PodBooking observed, Moment now) {
        LedgerUnits stated = LedgerUnits.of(observed.size()).min(LedgerUnits.MAX);
        boolean kept = kind().isPermitted() && observed.kind().isPermitted();
        if (kept && stated.exceeds(size)) grownAt = now;
        size = kept ? size.max(stated) : stated;
        booking = observed;
        if (kind() != BookingKind.SCALED_VM) unmet = Optional.empty();
    }

    void resize(LedgerUnits newSize) {
        size = newSize;
    }

    Moment grownAt() {
        return grownAt;
    }

    void grown(Moment now) {
        grownAt = now;
    }

    Optional<UnmetGrowth> unmet() {
        return unmet;
    }

    void await(Optional<UnmetGrowth> growth) {
        unmet = growth;
    }
}
