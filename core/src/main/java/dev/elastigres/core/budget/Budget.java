package dev.elastigres.core.budget;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.LinkedHashMap;
import java.util.Map;

/// The permits of one host's VMs. For one owner: it is not made for several threads.
///
/// What is permitted is never more than the capacity, save what VMs had when they were found. A
/// permit is never taken back: a VM gives it up by asking for less. While there is not enough, a VM
/// below its fair share (the capacity divided by the number of VMs) goes before one above it.
public final class Budget {
    private BudgetRules rules;
    private final Map<String, BudgetEntry> shares = new LinkedHashMap<>();

    /// Those of the shares whose last ask was not met.
    private final Map<String, UnmetRequest> wishes = new LinkedHashMap<>();

    private Resources permitted = Resources.ZERO;

    private record BudgetEntry(Resources permit, long lastId) {}

    private record UnmetRequest(Resources wanted, Moment at) {}

    public Budget(BudgetRules rules) {
        this.rules = rules;
    }

    /// Other rules count from now on. With less capacity, nothing is permitted until there is room.
    public void change(BudgetRules rules) {
        this.rules = rules;
    }

    /// A VM was found, with all that it has or is about to have. One that is known keeps its permit
    /// if that is more.
    public void join(String vm, Resources current) {
        BudgetEntry known =
                shares.getOrDefault(vm, new BudgetEntry(Resources.ZERO, Long.MIN_VALUE));
        put(vm, new BudgetEntry(known.permit.max(current), known.lastId));
    }

    /// A VM is gone, and all that it had is free.
    public void leave(String vm) {
        BudgetEntry gone = shares.remove(vm);
        wishes.remove(vm);
        if (gone != null) permitted = permitted.minus(gone.permit);
    }

    /// All that the VMs may have together.
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

    /// What the VM may have from now on: not below what it may have now or wants, whichever is
    /// less. An ask that is not newer than the last one changes nothing.
    public Resources answer(BudgetRequest request, Moment now) {
        BudgetEntry share =
                shares.getOrDefault(request.vm(), new BudgetEntry(Resources.ZERO, Long.MIN_VALUE));
        if (request.id() <= share.lastId) return share.permit;
        Resources kept = share.permit.min(request.wanted());
        put(request.vm(), new BudgetEntry(kept, request.id()));
        Resources given = kept.max(grown(kept, request, now));
        put(request.vm(), new BudgetEntry(given, request.id()));
        if (given.covers(request.wanted())) wishes.remove(request.vm());
        else wishes.put(request.vm(), new UnmetRequest(request.wanted(), now));
        return given;
    }

    /// Why no more is permitted now, in one clause with all that counts.
    public String shortage(boolean urgent) {
        Resources capacity = rules.capacity();
        Resources headroom = rules.headroom();
        String all = "the budget of %s has %s left".formatted(capacity.text(), free().text());
        return urgent || headroom.equals(Resources.ZERO)
                ? all
                : all + ", of which the headroom for urgent asks keeps " + headroom.text();
    }

    private Resources grown(Resources from, BudgetRequest request, Moment now) {
        Resources room = request.urgent() ? free() : free().minus(rules.headroom());
        Resources fair = fairShare();
        Resources upToFair = wholeSteps(from, request.wanted().min(fair), room);
        // What others wait for up to their fair shares is not there for more than that.
        Resources rest = room.minus(upToFair.minus(from)).minus(waitedFor(request.vm(), fair, now));
        return wholeSteps(upToFair, request.wanted(), rest);
    }

    /// In whole steps: what is left over of each share is for whoever comes first.
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

    /// From `from` towards `to`, within `room`: all the way, or as many whole steps as fit.
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
