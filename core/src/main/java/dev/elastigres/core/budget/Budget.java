package dev.elastigres.core.budget;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Permits of one host's VMs. Not safe for use by several threads.
///
/// The permits never exceed the capacity, except for what VMs had when they were found. A permit is
/// never revoked: a VM releases it by requesting less. While there is not enough, a VM below its
/// fair share (the capacity divided by the number of VMs) precedes one above it. All VMs together
/// grow beyond their fair shares only as fast as a token bucket allows, unless memory is already
/// short: when many VMs wake at once, the other ones still find room.
public final class Budget {
    private BudgetRules rules;
    private final Map<String, BudgetEntry> shares = new LinkedHashMap<>();

    /// VMs whose last request was not met in full.
    private final Map<String, UnmetRequest> wishes = new LinkedHashMap<>();

    private Resources permitted = Resources.ZERO;

    /// What VMs may grow beyond their fair shares; empty before the first request.
    private Optional<GrowthBucket> bucket = Optional.empty();

    private record BudgetEntry(Resources permit, long lastId) {}

    /// @param slowed whether the limit of growth alone kept the VM from more
    private record UnmetRequest(Resources wanted, Moment at, boolean slowed) {}

    /// @param slowed whether the limit of growth alone kept the VM from more
    private record PermitGrowth(Resources to, boolean slowed) {}

    public Budget(BudgetRules rules) {
        this.rules = rules;
    }

    /// Applies other rules from now on. With less capacity, nothing more is permitted until there
    /// is room.
    public void change(BudgetRules rules) {
        this.rules = rules;
    }

    /// Adds a VM that was found, with everything it has or is about to have. A known VM keeps its
    /// permit if that is larger.
    public void join(String vm, Resources current) {
        BudgetEntry known =
                shares.getOrDefault(vm, new BudgetEntry(Resources.ZERO, Long.MIN_VALUE));
        put(vm, new BudgetEntry(known.permit.max(current), known.lastId));
    }

    /// Removes a VM and frees its permit.
    public void leave(String vm) {
        BudgetEntry gone = shares.remove(vm);
        wishes.remove(vm);
        if (gone != null) permitted = permitted.minus(gone.permit);
    }

    /// Returns the sum of all permits.
    public Resources permitted() {
        return permitted;
    }

    public Resources free() {
        return rules.capacity().minus(permitted);
    }

    public Resources permit(String vm) {
        BudgetEntry share = shares.get(vm);
        return share == null ? Resources.ZERO : share.permit;
    }

    /// Returns what the VM may have from now on. It is not below its permit or its request,
    /// whichever is less. A request that is not newer than the last one changes nothing.
    public Resources answer(BudgetRequest request, Moment now) {
        BudgetEntry share =
                shares.getOrDefault(request.vm(), new BudgetEntry(Resources.ZERO, Long.MIN_VALUE));
        if (request.id() <= share.lastId) return share.permit;
        Resources kept = share.permit.min(request.wanted());
        put(request.vm(), new BudgetEntry(kept, request.id()));
        PermitGrowth growth = grown(kept, request, now);
        Resources given = kept.max(growth.to);
        put(request.vm(), new BudgetEntry(given, request.id()));
        if (given.covers(request.wanted())) wishes.remove(request.vm());
        else wishes.put(request.vm(), new UnmetRequest(request.wanted(), now, growth.slowed));
        return given;
    }

    /// Returns why the last request of a VM was not met in full, as one clause with the relevant
    /// numbers.
    public String shortage(String vm, boolean urgent) {
        UnmetRequest unmet = wishes.get(vm);
        if (unmet != null && unmet.slowed)
            return "all VMs together grow beyond their fair shares by no more than %s in %d s"
                    .formatted(rules.growth().text(), GrowthBucket.PERIOD.toSeconds());
        Resources capacity = rules.capacity();
        Resources headroom = rules.headroom();
        String all = "the budget of %s has %s left".formatted(capacity.text(), free().text());
        return urgent || headroom.equals(Resources.ZERO)
                ? all
                : all + ", of which the headroom for urgent requests keeps " + headroom.text();
    }

    private PermitGrowth grown(Resources from, BudgetRequest request, Moment now) {
        Resources room = request.urgent() ? free() : free().minus(rules.headroom());
        Resources fair = fairShare();
        Resources upToFair = wholeSteps(from, request.wanted().min(fair), room);
        // What other VMs wait for up to their fair shares is not available above this VM's fair
        // share.
        Resources rest = room.minus(upToFair.minus(from)).minus(waitedFor(request.vm(), fair, now));
        Resources unlimited = wholeSteps(upToFair, request.wanted(), rest);
        if (!rules.limitsGrowth()) return new PermitGrowth(unlimited, false);
        GrowthBucket filled =
                bucket.map(it -> it.at(rules.growth(), now))
                        .orElseGet(() -> GrowthBucket.full(rules.growth(), now));
        Resources grown =
                request.urgent()
                        ? unlimited
                        : wholeSteps(upToFair, request.wanted(), rest.min(filled.left()));
        bucket = Optional.of(filled.without(grown.minus(upToFair)));
        return new PermitGrowth(grown, !grown.covers(unlimited));
    }

    /// Returns the fair share in whole steps; the remainders go to the first VM that requests them.
    private Resources fairShare() {
        int vms = Math.max(1, shares.size());
        var share =
                new Resources(
                        rules.capacity().vcpus() / vms,
                        new Bytes(rules.capacity().memory().value() / vms));
        return wholeSteps(Resources.ZERO, rules.capacity(), share);
    }

    private Resources waitedFor(String except, Resources fair, Moment now) {
        Resources sum = Resources.ZERO;
        for (var each : wishes.entrySet()) {
            boolean counts =
                    now.since(each.getValue().at).compareTo(rules.wishCounts()) < 0
                            && !each.getKey().equals(except);
            if (counts)
                sum = sum.plus(each.getValue().wanted.min(fair).minus(permit(each.getKey())));
        }
        return sum;
    }

    /// Returns `from` raised towards `to` within `room`: all the way, or by as many whole steps as
    /// fit.
    private Resources wholeSteps(Resources from, Resources to, Resources room) {
        double cpus = to.vcpus() - from.vcpus();
        if (cpus > room.vcpus())
            cpus = Math.floor(room.vcpus() / rules.step().vcpus()) * rules.step().vcpus();
        Bytes memory = to.memory().minus(from.memory());
        if (room.memory().isLessThan(memory)) {
            long step = rules.step().memory().value();
            memory = new Bytes(room.memory().value() / step * step);
        }
        return from.plus(new Resources(Math.max(0, cpus), memory));
    }

    private void put(String vm, BudgetEntry share) {
        BudgetEntry before = shares.put(vm, share);
        if (before != null) permitted = permitted.minus(before.permit);
        permitted = permitted.plus(share.permit);
    }
}
