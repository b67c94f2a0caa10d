package dev.elastigres.simulation.cluster;

import static dev.elastigres.simulation.time.ViolationException.check;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scheduler.LedgerRequest;
import dev.elastigres.core.scheduler.OvercommitFactors;
import dev.elastigres.core.scheduler.VmPlacement.MoveHistory;
import dev.elastigres.core.units.Resources;
import dev.elastigres.simulation.time.SeededRandom;
import dev.elastigres.simulation.time.Timeline;
import java.time.Duration;
import java.util.Optional;

/// A VM with its agent. The agent sends one request at a time and gives it up after a timeout; the
/// request may arrive later all the same.
final class ClusterVm {
    /// How long a request may be under way in total. It is below the ledger's settle time.
    private static final int MAX_DELAY_MILLIS = 9_000;

    final String name;
    final OvercommitFactors overcommit;
    final Resources max;
    final boolean mayMove;

    Resources goal;
    Resources size;
    MoveHistory history = MoveHistory.NONE;
    Optional<Duration> movedAt = Optional.empty();

    private final Timeline time;
    private final SeededRandom random;
    private final SimulatedScheduler scheduler;
    private final Duration timeout;

    /// Whether the agent sometimes claims permits that it never got.
    private final boolean lies;

    private Optional<ClusterPod> pod = Optional.empty();
    private Optional<Resources> permit = Optional.empty();

    /// The newest request; only its answer counts.
    private long request;

    private boolean asks;

    /// Number of wake-ups scheduled; only the newest counts.
    private long wakes;

    int podsCreated;

    ClusterVm(
            String name,
            Resources max,
            OvercommitFactors overcommit,
            boolean mayMove,
            Timeline time,
            SeededRandom random,
            SimulatedScheduler scheduler) {
        this.name = name;
        this.max = max;
        this.overcommit = overcommit;
        this.mayMove = mayMove;
        this.time = time;
        this.random = random;
        this.scheduler = scheduler;
        timeout = random.with(0.5) ? Duration.ofSeconds(2) : Duration.ofSeconds(8);
        lies = random.with(0.2);
        size = ComputeUnit.DEFAULT.times(1);
        goal = size;
    }

    Optional<ClusterPod> pod() {
        return pod;
    }

    boolean runsIn(ClusterPod it) {
        return pod.isPresent() && pod.get() == it;
    }

    /// Returns the largest size that it has or may take without another permit.
    Resources atMost() {
        return permit.map(it -> it.max(size)).orElse(size);
    }

    /// Begins to run in `it`, at the size that it has, with an agent that has no permit yet.
    void run(ClusterPod it) {
        check(it.stored.covers(size), () -> name + " moves to a pod that is smaller than it is");
        pod = Optional.of(it);
        restartAgent();
    }

    /// Ends, as when its node fails. It starts again at its smallest size.
    void die() {
        pod = Optional.empty();
        permit = Optional.empty();
        asks = false;
        request++;
        size = ComputeUnit.DEFAULT.times(1);
    }

    void restartAgent() {
        permit = Optional.empty();
        asks = false;
        request++;
        wakeIn(random.millis(10, 2_000));
    }

    /// Changes the goal to whole units of up to `fraction` of the maximum, of each resource by
    /// itself.
    void changeGoal(double fraction) {
        ComputeUnit unit = ComputeUnit.DEFAULT;
        int units = Math.max(1, (int) (unit.covering(max) * fraction));
        goal =
                new Resources(
                        unit.times(random.from(1, units)).vcpus(),
                        unit.times(random.from(1, units)).memory());
    }

    private void wakeIn(Duration wait) {
        long mine = ++wakes;
        time.after(
                wait,
                () -> {
                    if (mine == wakes) step();
                });
    }

    private void step() {
        if (pod.isEmpty() || asks) return;
        size = size.min(goal);
        permit = permit.map(it -> it.min(goal));
        Optional<Resources> claim = permit;
        if (lies && random.fault(0.1)) claim = Optional.of(max.min(goal.plus(size)));
        if (lies && random.fault(0.1)) claim = Optional.of(ComputeUnit.DEFAULT.times(1));
        send(
                new LedgerRequest(
                        "sim",
                        pod.get().identity.name(),
                        ComputeUnit.DEFAULT,
                        goal,
                        claim,
                        random.with(0.2)));
    }

    private void send(LedgerRequest ask) {
        asks = true;
        long mine = ++request;
        time.after(timeout, () -> failed(mine));
        if (random.fault(0.05)) return;
        time.after(
                delay(),
                () ->
                        scheduler.ask(
                                ask,
                                answer -> {
                                    if (random.fault(0.05)) return;
                                    time.after(delay(), () -> answered(mine, ask, answer));
                                }));
    }

    private Duration delay() {
        return random.fault(0.1) ? random.millis(50, MAX_DELAY_MILLIS / 2) : random.millis(1, 20);
    }

    private void answered(long id, LedgerRequest ask, Optional<Resources> answer) {
        if (id != request || !asks) return;
        if (answer.isEmpty()) {
            failed(id);
            return;
        }
        asks = false;
        Resources given = answer.get();
        // As deployed agents do: such a permit is ignored.
        boolean valid = ask.wanted().covers(given) && given.covers(size.min(ask.wanted()));
        if (valid) {
            permit = Optional.of(given);
            size = size.max(given).min(goal);
        }
        boolean met = given.covers(goal);
        wakeIn(met ? random.millis(5_000, 15_000) : Duration.ofSeconds(valid ? 2 : 3));
    }

    private void failed(long id) {
        if (id != request || !asks) return;
        asks = false;
        request++;
        wakeIn(Duration.ofSeconds(3));
    }

    /// Reports soon, as when its goal has changed.
    void nudge() {
        if (!asks) wakeIn(random.millis(10, 1_000));
    }
}
