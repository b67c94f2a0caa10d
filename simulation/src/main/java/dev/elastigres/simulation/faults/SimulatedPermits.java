package dev.elastigres.simulation.faults;

import static dev.elastigres.simulation.time.ViolationException.check;

import dev.elastigres.core.agent.Action.RequestPermit;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.budget.Budget;
import dev.elastigres.core.budget.BudgetRequest;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.simulation.time.SeededRandom;
import dev.elastigres.simulation.time.Timeline;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// The source of permits of a simulated host: the agent's own budget, or a remote scheduler, which
/// survives restarts of the agent. Inside the agent's process, no message gets lost. Requests to a
/// scheduler and its answers can be late, lost or duplicated.
final class SimulatedPermits {
    private static final ComputeUnit UNIT = ComputeUnit.DEFAULT;

    private final Timeline time;
    private final SeededRandom random;
    private final boolean remote;
    private final Resources capacity;
    private final Runnable verify;
    private final Resources growth;
    private final boolean unbounded;
    private int vms;
    private Budget budget;
    private GrowthMeter meter;

    /// The agent that sent a request, and its answer.
    ///
    /// @param runs whether that run of the agent is still running
    record PermitRequester(BooleanSupplier runs, Consumer<Event> deliver) {}

    /// @param bug the planted bug, if any
    /// @param verify checks the host's invariants
    SimulatedPermits(
            Timeline time,
            SeededRandom random,
            boolean remote,
            Resources capacity,
            Optional<PlantedBug> bug,
            Runnable verify) {
        this.time = time;
        this.random = random;
        this.remote = remote;
        this.capacity = capacity;
        this.verify = verify;
        growth = UNIT.times(random.from(1, 3)).min(capacity);
        unbounded = bug.filter(PlantedBug.UNBOUNDED::equals).isPresent();
        meter = new GrowthMeter(growth);
        budget = begin();
    }

    private Budget begin() {
        Resources headroom = random.with(0.5) ? UNIT.times(1) : Resources.ZERO;
        return new Budget(
                new BudgetRules(
                        capacity,
                        headroom,
                        UNIT.times(1),
                        BudgetRules.WISH_COUNTS,
                        unbounded ? capacity : growth));
    }

    /// Starts again after a restart of the agent. Returns whether the VMs have to join again: the
    /// agent's own budget is lost with the agent.
    boolean restart() {
        if (remote) return false;
        budget = begin();
        meter = new GrowthMeter(growth);
        vms = 0;
        return true;
    }

    void join(String vm, Resources size) {
        vms++;
        budget.join(vm, size);
    }

    Resources permitted() {
        return budget.permitted();
    }

    void verify() {
        check(
                capacity.covers(permitted()),
                () -> permitted().text() + " are permitted of " + capacity.text());
    }

    void ask(String vm, RequestPermit action, PermitRequester agent) {
        var request = new BudgetRequest(vm, action.id(), action.wanted(), action.urgent());
        if (!remote) {
            time.after(Duration.ofMillis(1), () -> answer(request, agent));
            return;
        }
        if (random.fault(0.05)) {
            var failure = new Event.PermitRequestFailed(action.id(), "connection refused");
            time.after(random.millis(1, 100), () -> deliver(failure, agent));
            return;
        }
        int times = random.fault(0.05) ? 2 : 1;
        for (int i = 0; i < times; i++) {
            if (random.fault(0.05)) continue;
            Duration delay =
                    random.fault(0.05) ? random.millis(1_000, 20_000) : random.millis(1, 200);
            time.after(delay, () -> answer(request, agent));
        }
    }

    private void answer(BudgetRequest request, PermitRequester agent) {
        if (!remote && !agent.runs.getAsBoolean()) return;
        Resources before = budget.permit(request.vm());
        Resources permit = budget.answer(request, new Moment(time.now().toNanos()));
        if (!request.urgent()) meter.grew(before.min(permit), permit, fairShare(), time.now());
        verify.run();
        if (random.fault(remote ? 0.05 : 0)) return;
        boolean moves = remote && random.fault(0.002);
        var answer = new Event.PermitReceived(request.id(), permit, moves);
        if (remote) time.after(random.millis(1, 100), () -> deliver(answer, agent));
        else deliver(answer, agent);
    }

    private Resources fairShare() {
        return new Resources(capacity.vcpus() / vms, new Bytes(capacity.memory().value() / vms));
    }

    private static void deliver(Event event, PermitRequester agent) {
        if (agent.runs.getAsBoolean()) agent.deliver.accept(event);
    }
}
