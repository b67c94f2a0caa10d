package dev.elastigres.simulation.faults;

import static dev.elastigres.simulation.faults.ViolationException.check;

import dev.elastigres.core.agent.Action;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.Limits;
import dev.elastigres.core.agent.Rules;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.agent.Transition;
import dev.elastigres.core.budget.Ask;
import dev.elastigres.core.budget.Budget;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.simulation.time.Timeline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One host: some VMs, the agent, and the budget that they compete for.
///
/// For a while everything goes wrong. Then nothing does any more, loads stand still, and after some
/// more time every VM must have the size of its goal.
public final class World {
    private static final Duration FAULTY = Duration.ofMinutes(6);

    /// Longer than the longest cooldown and the damping together, with as much again for steps.
    private static final Duration CALM = Duration.ofMinutes(14);

    private static final Duration LOOK = Duration.ofSeconds(15);
    private static final int REMEMBERED = 30;

    private static final ComputeUnit UNIT = ComputeUnit.DEFAULT;

    private final Timeline time = new Timeline();
    private final Chance chance;
    private final Rules rules;
    private final Optional<Bug> bug;
    private final Resources capacity;

    /// Whether the host has room for whatever is done to its VMs.
    private final boolean roomy;

    private final Duration scrapeEvery;

    /// Whether VMs have short bursts of load, as at the start of an agent, of which there are many.
    private final boolean bursts;

    private final List<Place> places = new ArrayList<>();
    private final Set<Transition> reached = EnumSet.noneOf(Transition.class);
    private final ArrayDeque<Happening> happenings = new ArrayDeque<>();
    private final long seed;

    /// Whether the permits are a scheduler's, which is far away and survives the agent.
    private final boolean remote;

    private Budget budget;
    private boolean healed;
    private long events;

    /// How far the agent's clock is ahead, and which of its lives this is.
    private Duration ahead = Duration.ZERO;

    /// By which the agent's clock has jumped in all.
    private Duration jumped = Duration.ZERO;

    private long life = 1;
    private boolean agentRuns = true;
    private long sessions;

    /// Kept as it is: only the last few are ever read.
    private record Happening(Duration at, String vm, Object what) {
        String text() {
            return "%9.3f s %s %s".formatted(at.toMillis() / 1000.0, vm, what);
        }
    }

    /// All of one VM.
    private final class Place {
        final String name;
        final Load load;
        final Machine machine;
        final Guardian guardian;
        final NeedHistory needs = new NeedHistory();
        Limits limits;
        Tenant tenant;
        Scrapes scrapes;

        /// Wakes of states that have been left are of no interest.
        long wakes;

        Place(int number) {
            name = "vm" + number;
            limits = Limits.of(UNIT, 1, chance.from(2, 9));
            load = new Load(time, chance, limits.size(1));
            machine = new Machine(time, chance, limits.size(1), load, World.this::verify);
            guardian =
                    new Guardian(
                            time,
                            chance,
                            machine,
                            load,
                            chance.with(0.5),
                            event -> deliver(this, event));
            tenant = tenant(this);
            scrapes = scrapes(this);
        }
    }

    private World(long seed, Optional<Bug> bug) {
        this.seed = seed;
        this.bug = bug;
        chance = new Chance(seed);
        rules = chance.with(0.7) ? Rules.ELASTIGRES : Rules.NEON;
        remote = chance.with(0.5);
        int vms = chance.from(1, 6);
        roomy = chance.with(0.3);
        bursts = chance.with(0.3);
        scrapeEvery = Duration.ofMillis(chance.with(0.1) ? 500 : 5_000);
        // Twice what they can have: the budget knows nothing of what somebody else does.
        capacity = UNIT.times(roomy ? vms * 18 : chance.from(vms + 1, vms * 8));
        budget = budget();
        for (int i = 0; i < vms; i++) places.add(new Place(i));
        for (Place place : places) {
            budget.join(place.name, place.machine.atMost());
            changeLoad(place);
            if (bursts) burst(place);
            wakeLater(place);
            lookInPassing(place);
            time.after(chance.millis(0, 3_000), () -> meet(place));
        }
        time.after(chance.millis(0, 20_000), this::mischief);
    }

    /// Lives through one seed.
    public static Report run(long seed, Optional<Bug> bug) {
        return new World(seed, bug).live();
    }

    private Report live() {
        Optional<String> violation = Optional.empty();
        try {
            while (time.step(FAULTY)) verify();
            heal();
            while (time.step(FAULTY.plus(CALM))) verify();
            for (Place place : places) checkArrived(place);
        } catch (ViolationException e) {
            violation =
                    Optional.of(
                            "after " + time.now().toMillis() / 1000.0 + " s: " + e.getMessage());
        }
        return new Report(
                seed,
                events,
                reached,
                violation,
                happenings.stream().map(Happening::text).toList());
    }

    private Budget budget() {
        Resources headroom = chance.with(0.5) ? UNIT.times(1) : Resources.ZERO;
        return new Budget(
                new BudgetRules(capacity, headroom, UNIT.times(1), BudgetRules.WISH_COUNTS));
    }

    private Tenant tenant(Place place) {
        // Ids of a later life are above all of an earlier one.
        State begun =
                State.begin(
                        place.limits,
                        place.machine.size(),
                        place.machine.asked(),
                        life << 32,
                        rules,
                        now());
        return new Tenant(
                begun,
                rules,
                bug,
                this::now,
                reached::add,
                place.needs,
                () -> time.now().plus(jumped),
                bursts);
    }

    private Scrapes scrapes(Place place) {
        return new Scrapes(
                time, scrapeEvery, chance, place.load, this::now, event -> deliver(place, event));
    }

    /// What the agent's clock shows.
    private Moment now() {
        return new Moment(time.now().plus(ahead).toNanos());
    }

    // ---- promises

    private void verify() {
        for (Place place : places) place.machine.verify();
        Resources sum = sum();
        check(
                capacity.covers(sum),
                () -> "the VMs may have " + sum.text() + " of a host's " + capacity.text());
        check(
                capacity.covers(budget.permitted()),
                () -> budget.permitted().text() + " are permitted of " + capacity.text());
    }

    private Resources sum() {
        Resources sum = Resources.ZERO;
        for (Place place : places) sum = sum.plus(place.machine.atMost());
        return sum;
    }

    private void checkArrived(Place place) {
        State state = place.tenant.state();
        Resources has = place.machine.size();
        Resources goal = place.limits.size(state.demand().goal().map(it -> it.units()).orElse(0));
        boolean arrived =
                has.equals(goal)
                        || (!goal.covers(has) && mayNotShrink(place, has))
                        || (!has.covers(goal) && mayNotGrow(has, goal));
        check(
                arrived,
                () ->
                        "%s has %s, and its goal is %s; it %s"
                                .formatted(
                                        place.name, has.text(), goal.text(), state.why().text()));
    }

    private static boolean mayNotShrink(Place place, Resources has) {
        return place.guardian.refuses(has.minus(UNIT.times(1)));
    }

    /// Nothing of what it lacks is there.
    private boolean mayNotGrow(Resources has, Resources goal) {
        Resources free = capacity.minus(budget.permitted()).minus(UNIT.times(1));
        boolean lacksCpus = goal.vcpus() > has.vcpus();
        boolean lacksMemory = has.memory().isLessThan(goal.memory());
        return (!lacksCpus || free.vcpus() < UNIT.vcpus())
                && (!lacksMemory || free.memory().isLessThan(UNIT.memory()));
    }

    // ---- what happens

    private void deliver(Place place, Event event) {
        if (!agentRuns) return;
        events++;
        remember(place, event);
        var step = place.tenant.take(event);
        for (Action action : step.actions()) act(place, action);
        wakeLater(place);
        verify();
    }

    private void remember(Place place, Object what) {
        if (happenings.size() == REMEMBERED) happenings.removeFirst();
        happenings.addLast(new Happening(time.now(), place.name, what));
    }

    private void wakeLater(Place place) {
        long mine = ++place.wakes;
        time.after(
                place.tenant.state().wakeAt().since(now()),
                () -> {
                    if (mine == place.wakes) deliver(place, new Event.Woke());
                });
    }

    private void act(Place place, Action action) {
        remember(place, action);
        long then = life;
        switch (action) {
            case Action.AskScheduler ask -> askBudget(place, ask);
            case Action.Resize(long id, Resources _, Resources to) ->
                    place.machine.resize(
                            to,
                            outcome -> {
                                if (then == life)
                                    deliver(place, new Event.ResizeEnded(id, outcome));
                            });
            case Action.Look() -> {
                place.machine.abandon();
                if (chance.fault(0.1)) return;
                time.after(
                        chance.millis(1, 50),
                        () -> {
                            if (then == life) deliver(place, observed(place));
                        });
            }
            case Action.ReadMetrics() -> place.scrapes.readNow();
            case Action.TellMonitor(long session, long id, Resources size) ->
                    place.guardian.told(session, id, size);
            case Action.AskMonitor(long session, long id, Resources target) ->
                    place.guardian.asked(session, id, target);
        }
    }

    private static Event observed(Place place) {
        return new Event.SizeObserved(place.machine.size(), place.machine.asked());
    }

    /// In the agent's own process nothing is lost. A scheduler's requests and answers may be late,
    /// lost or doubled.
    private void askBudget(Place place, Action.AskScheduler action) {
        long then = life;
        Ask ask = new Ask(place.name, action.id(), action.wanted(), action.urgent());
        if (!remote) {
            time.after(Duration.ofMillis(1), () -> answer(place, ask, then));
            return;
        }
        if (chance.fault(0.05)) {
            time.after(
                    chance.millis(1, 100),
                    () -> {
                        if (then == life)
                            deliver(
                                    place,
                                    new Event.SchedulerFailed(action.id(), "connection refused"));
                    });
            return;
        }
        int times = chance.fault(0.05) ? 2 : 1;
        for (int i = 0; i < times; i++) {
            if (chance.fault(0.05)) continue;
            Duration wait =
                    chance.fault(0.05) ? chance.millis(1_000, 20_000) : chance.millis(1, 200);
            time.after(wait, () -> answer(place, ask, then));
        }
    }

    private void answer(Place place, Ask ask, long then) {
        // The agent's own budget dies with it.
        if (!remote && then != life) return;
        Resources permit = budget.answer(ask, new Moment(time.now().toNanos()));
        verify();
        if (chance.fault(remote ? 0.05 : 0)) return;
        boolean moves = remote && chance.fault(0.002);
        Runnable deliver =
                () -> {
                    if (then == life) deliver(place, new Event.Permitted(ask.id(), permit, moves));
                };
        if (remote) time.after(chance.millis(1, 100), deliver);
        else deliver.run();
    }

    /// Sizes change without the agent, too.
    private void lookInPassing(Place place) {
        time.after(
                LOOK.plus(chance.millis(0, 1_500)),
                () -> {
                    lookInPassing(place);
                    if (!place.machine.isCalled()) deliver(place, observed(place));
                });
    }

    private void meet(Place place) {
        if (agentRuns && !place.guardian.isConnected()) place.guardian.connect(++sessions);
        // Also finds a session that was cut without anybody noticing.
        time.after(chance.millis(4_000, 6_000), () -> meet(place));
    }

    // ---- mischief

    private void mischief() {
        if (healed) return;
        time.after(chance.millis(500, 20_000), this::mischief);
        Place place = places.get(chance.from(0, places.size() - 1));
        switch (chance.from(0, 9)) {
            case 0, 1, 2, 3 -> changeLoad(place);
            case 4 -> resizeElsewhere(place);
            case 5 -> place.guardian.cut();
            case 6 -> {
                if (bursts) restartAgent();
                Duration jump = chance.millis(1, 60_000);
                ahead = ahead.plus(jump);
                jumped = jumped.plus(jump);
            }
            case 7 -> {
                if (chance.with(bursts ? 1 : 0.3)) restartAgent();
            }
            case 8 -> place.scrapes.silence(chance.millis(10_000, 60_000));
            default -> {
                if (chance.with(0.3)) changeLimits(place);
            }
        }
    }

    private void changeLoad(Place place) {
        place.load.change(place.limits.max());
        int units = Goal.of(place.load.need(), UNIT, rules.goal()).units();
        place.needs.needs(units, time.now().plus(jumped));
    }

    /// Now and then all CPUs have something to do for a moment, as when an agent comes.
    private void burst(Place place) {
        if (healed) return;
        place.load.burst();
        time.after(chance.millis(4_000, 12_000), () -> burst(place));
    }

    /// Somebody else makes the VM larger, on a host with room for all.
    private void resizeElsewhere(Place place) {
        if (!roomy || place.machine.isBusy()) return;
        Resources size = place.machine.size();
        Resources more = size.plus(UNIT.times(1)).min(place.limits.max());
        if (more.covers(size)) place.machine.resizeElsewhere(more);
    }

    private void changeLimits(Place place) {
        place.limits = Limits.of(UNIT, 1, chance.from(1, 9));
        deliver(place, new Event.LimitsChanged(place.limits));
    }

    /// Killed, with all that it knew and waited for, and started again some time later.
    private void restartAgent() {
        if (!agentRuns) return;
        life++;
        agentRuns = false;
        for (Place place : places) {
            place.machine.abandon();
            place.guardian.forgetAgent();
            place.scrapes.stop();
            place.wakes++;
        }
        time.after(chance.millis(100, 15_000), this::startAgent);
    }

    private void startAgent() {
        agentRuns = true;
        ahead = Duration.ofMillis(chance.from(0, 1_000_000));
        if (!remote) {
            budget = budget();
            for (Place place : places) budget.join(place.name, place.machine.atMost());
        }
        for (Place place : places) {
            if (bursts) time.after(chance.millis(0, 50), place.load::burst);
            place.tenant = tenant(place);
            place.scrapes = scrapes(place);
            wakeLater(place);
        }
    }

    private void heal() {
        healed = true;
        chance.heal();
        // A VM that shall move keeps its size for ever; here it never comes to that.
        if (places.stream().anyMatch(it -> it.tenant.state().scheduler().moves())) restartAgent();
    }
}
