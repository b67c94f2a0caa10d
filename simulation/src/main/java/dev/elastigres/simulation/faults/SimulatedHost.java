package dev.elastigres.simulation.faults;

import static dev.elastigres.simulation.time.ViolationException.check;

import dev.elastigres.core.agent.Action;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.agent.SizeLimits;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.agent.Transition;
import dev.elastigres.core.agent.VmDemand;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.simulation.time.SeededRandom;
import dev.elastigres.simulation.time.Timeline;
import dev.elastigres.simulation.time.ViolationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Simulates one host: some VMs, the agent, and the budget that the VMs share.
///
/// First, all kinds of faults occur. Then faults stop and loads stay constant, and at the end every
/// VM must have the size of its goal.
public final class SimulatedHost {
    /// Maximum number of stack frames of a failure that are kept beside the last events.
    private static final int MAX_FRAMES = 8;

    private static final Duration FAULTY = Duration.ofMinutes(6);

    /// Longer than the longest cooldown plus the damping window, and as much again for single
    /// steps.
    private static final Duration CALM = Duration.ofMinutes(14);

    private static final Duration END = FAULTY.plus(CALM).plusMinutes(1);

    private static final Duration LOOK = Duration.ofSeconds(15);

    private static final ComputeUnit UNIT = ComputeUnit.DEFAULT;
    private static final Resources FINE_GRAIN = new Resources(0.05, Bytes.ofMebibytes(256));

    private final Timeline time = new Timeline();
    private final AgentClock clock = new AgentClock(time);
    private final HostJournal journal = new HostJournal(time);
    private final SeededRandom random;
    private final ScalingRules rules;
    private final ArrivalCheck arrival;
    private final Optional<PlantedBug> bug;
    private final Resources capacity;

    /// Whether the host has room for every resize of its VMs.
    private final boolean roomy;

    private final Duration scrapeEvery;

    /// Whether VMs have short bursts of load, as when an agent starts; the agent then restarts
    /// often.
    private final boolean bursts;

    private final List<VmEntry> entries = new ArrayList<>();
    private final Set<Transition> reached = EnumSet.noneOf(Transition.class);
    private final long seed;

    private final SimulatedPermits permits;

    private boolean healed;
    private long events;

    private long life = 1;
    private boolean agentRuns = true;
    private long sessions;

    /// One VM with everything that simulates it.
    private final class VmEntry {
        final String name;
        final SimulatedLoad load;
        final SimulatedMachine machine;
        final SimulatedMonitor monitor;
        final NeedHistory needs = new NeedHistory(UNIT, rules);
        SizeLimits limits;
        SimulatedVm vm;
        SimulatedScraper scrapes;

        /// Number of wake-ups scheduled; only the newest counts.
        long wakes;

        VmEntry(int number) {
            name = "vm" + number;
            limits = limits(random.from(2, 9));
            load = new SimulatedLoad(time, random, limits.size(1));
            machine =
                    new SimulatedMachine(
                            time, random, limits.size(1), load, SimulatedHost.this::verify);
            monitor =
                    new SimulatedMonitor(
                            time,
                            random,
                            machine,
                            load,
                            random.with(0.5),
                            event -> deliver(this, event));
            vm = newVm(this);
            scrapes = scrapes(this);
        }
    }

    private SimulatedHost(long seed, Optional<PlantedBug> bug) {
        this.seed = seed;
        this.bug = bug;
        random = new SeededRandom(seed);
        rules = random.rules();
        arrival = new ArrivalCheck(UNIT, rules.goal().shape());
        boolean remote = random.with(0.5);
        int vms = random.from(1, 6);
        roomy = random.with(0.3);
        bursts = random.with(0.3);
        scrapeEvery = Duration.ofMillis(random.with(0.1) ? 500 : 5_000);
        // Twice what the VMs can have: the budget does not account for resizes by other parties.
        capacity = UNIT.times(roomy ? vms * 18 : random.from(vms + 1, vms * 8));
        permits = new SimulatedPermits(time, random, remote, capacity, bug, this::verify);
        for (int i = 0; i < vms; i++) entries.add(new VmEntry(i));
        for (VmEntry entry : entries) {
            permits.join(entry.name, entry.machine.atMost());
            changeLoad(entry);
            if (bursts) burst(entry);
            wakeLater(entry);
            readSizePeriodically(entry);
            time.after(random.millis(0, 3_000), () -> meet(entry));
        }
        time.after(random.millis(0, 20_000), this::injectFault);
        new SimulatedOperator(time, random, clock::now, it -> deliver(anyone(), it)).begin();
    }

    /// Runs the simulation of one seed.
    public static SeedReport run(long seed, Optional<PlantedBug> bug) {
        return new SimulatedHost(seed, bug).live();
    }

    private SeedReport live() {
        Optional<String> violation = Optional.empty();
        try {
            while (time.step(FAULTY)) verify();
            heal();
            while (time.step(FAULTY.plus(CALM))) verify();
            // Learned headroom may have changed a goal just now.
            while (!entries.stream().allMatch(this::hasArrived) && time.step(END)) verify();
            for (VmEntry entry : entries) checkArrived(entry);
        } catch (ViolationException e) {
            violation =
                    Optional.of(
                            "after " + time.now().toMillis() / 1000.0 + " s: " + e.getMessage());
        } catch (RuntimeException e) {
            // A bug of a decision, which is reported with its seed like a violation.
            violation =
                    Optional.of("after " + time.now().toMillis() / 1000.0 + " s it failed: " + e);
            Stream.of(e.getStackTrace()).limit(MAX_FRAMES).forEach(it -> journal.add("at", it));
        }
        return new SeedReport(seed, events, reached, violation, journal.lines());
    }

    private SimulatedVm newVm(VmEntry entry) {
        // Ids of a restarted agent are higher than all earlier ones.
        State begun =
                State.begin(
                        entry.limits,
                        entry.machine.size(),
                        entry.machine.requested(),
                        life << 32,
                        rules,
                        clock.now());
        return new SimulatedVm(
                begun, rules, bug, clock::now, reached::add, entry.needs, clock::elapsed, bursts);
    }

    private SimulatedScraper scrapes(VmEntry entry) {
        return new SimulatedScraper(
                time, scrapeEvery, random, entry.load, clock::now, event -> deliver(entry, event));
    }

    // ---- invariants

    private void verify() {
        for (VmEntry entry : entries) entry.machine.verify();
        Resources sum =
                entries.stream()
                        .map(it -> it.machine.atMost())
                        .reduce(Resources.ZERO, Resources::plus);
        check(
                capacity.covers(sum),
                () -> "the VMs may have " + sum.text() + " of a host's " + capacity.text());
        permits.verify();
    }

    private Resources goal(VmEntry entry) {
        VmDemand demand = entry.vm.state().demand();
        Bytes floor = demand.memoryFloor().map(it -> it.at(clock.now())).orElse(Bytes.ZERO);
        Resources size = demand.history().size(rules, clock.now()).max(new Resources(0, floor));
        return entry.limits.within(arrival.inSteps(size, entry.vm.state().monitor()));
    }

    private boolean hasArrived(VmEntry entry) {
        return arrival.hasArrived(
                entry.machine.size(),
                goal(entry),
                capacity.minus(permits.permitted()),
                entry.monitor::refuses);
    }

    private void checkArrived(VmEntry entry) {
        State state = entry.vm.state();
        check(
                hasArrived(entry),
                () ->
                        "%s has %s, and its goal is %s; it %s"
                                .formatted(
                                        entry.name,
                                        entry.machine.size().text(),
                                        goal(entry).text(),
                                        state.why().text()));
    }

    // ---- events

    private void deliver(VmEntry entry, Event event) {
        if (!agentRuns) return;
        events++;
        journal.add(entry.name, event);
        var step = entry.vm.take(event);
        for (Action action : step.actions()) act(entry, action);
        wakeLater(entry);
        verify();
    }

    private void wakeLater(VmEntry entry) {
        long mine = ++entry.wakes;
        time.after(
                entry.vm.state().wakeAt().since(clock.now()),
                () -> {
                    if (mine == entry.wakes) deliver(entry, new Event.TimerFired());
                });
    }

    private void act(VmEntry entry, Action action) {
        journal.add(entry.name, action);
        long then = life;
        switch (action) {
            case Action.RequestPermit ask ->
                    permits.ask(
                            entry.name,
                            ask,
                            new SimulatedPermits.PermitRequester(
                                    () -> then == life, event -> deliver(entry, event)));
            case Action.Resize(long id, Resources _, Resources to) ->
                    entry.machine.resize(
                            to,
                            outcome -> {
                                if (then == life)
                                    deliver(entry, new Event.ResizeEnded(id, outcome));
                            });
            case Action.ReadSize() -> {
                entry.machine.abandon();
                if (random.fault(0.1)) return;
                time.after(
                        random.millis(1, 50),
                        () -> {
                            if (then == life) deliver(entry, observed(entry));
                        });
            }
            case Action.ReadMetrics() -> entry.scrapes.readNow();
            case Action.NotifyMonitor(long session, long id, Resources size) ->
                    entry.monitor.told(session, id, size);
            case Action.RequestDownscale(long session, long id, Resources target) ->
                    entry.monitor.asked(session, id, target);
        }
    }

    private static Event observed(VmEntry entry) {
        return new Event.SizeObserved(entry.machine.size(), entry.machine.requested());
    }

    /// Reads the VM's size periodically, as it can change without the agent.
    private void readSizePeriodically(VmEntry entry) {
        time.after(
                LOOK.plus(random.millis(0, 1_500)),
                () -> {
                    readSizePeriodically(entry);
                    if (!entry.machine.isCalled()) deliver(entry, observed(entry));
                });
    }

    private void meet(VmEntry entry) {
        if (agentRuns && !entry.monitor.isConnected()) entry.monitor.connect(++sessions);
        // This also detects a session that was cut unnoticed.
        time.after(random.millis(4_000, 6_000), () -> meet(entry));
    }

    // ---- faults

    private VmEntry anyone() {
        return entries.get(random.from(0, entries.size() - 1));
    }

    private void injectFault() {
        if (healed) return;
        time.after(random.millis(500, 20_000), this::injectFault);
        VmEntry entry = anyone();
        switch (random.from(0, 9)) {
            case 0, 1, 2, 3 -> changeLoad(entry);
            case 4 -> resizeElsewhere(entry);
            case 5 -> entry.monitor.cut();
            case 6 -> {
                if (bursts) restartAgent();
                clock.jump(random.millis(1, 60_000));
            }
            case 7 -> {
                if (random.with(bursts ? 1 : 0.3)) restartAgent();
            }
            case 8 -> entry.scrapes.silence(random.millis(10_000, 60_000));
            default -> {
                if (random.with(0.3)) changeLimits(entry);
            }
        }
    }

    /// Returns limits of one to `units` units. Sizes that do not follow the units have finer steps.
    private SizeLimits limits(int units) {
        Resources grain =
                switch (rules.goal().shape()) {
                    case UNITS -> UNIT.times(1);
                    case INDEPENDENT -> FINE_GRAIN;
                };
        return SizeLimits.between(UNIT, UNIT.times(1), UNIT.times(units), grain);
    }

    private void changeLoad(VmEntry entry) {
        entry.load.change(entry.limits.max());
        entry.needs.needs(entry.load.need(), clock.elapsed());
    }

    /// Keeps all CPUs busy for a moment, repeatedly, as when an agent starts.
    private void burst(VmEntry entry) {
        if (healed) return;
        entry.load.burst();
        time.after(random.millis(4_000, 12_000), () -> burst(entry));
    }

    /// Lets another party enlarge the VM, only on a host with room for that.
    private void resizeElsewhere(VmEntry entry) {
        if (!roomy || entry.machine.isBusy()) return;
        Resources size = entry.machine.size();
        Resources more = size.plus(UNIT.times(1)).min(entry.limits.max());
        if (more.covers(size)) entry.machine.resizeElsewhere(more);
    }

    private void changeLimits(VmEntry entry) {
        entry.limits = limits(random.from(1, 9));
        deliver(entry, new Event.LimitsChanged(entry.limits));
    }

    /// Kills the agent, with its state and its open requests, and starts it again some time later.
    private void restartAgent() {
        if (!agentRuns) return;
        life++;
        agentRuns = false;
        for (VmEntry entry : entries) {
            entry.machine.abandon();
            entry.monitor.forgetAgent();
            entry.scrapes.stop();
            entry.wakes++;
        }
        time.after(random.millis(100, 15_000), this::startAgent);
    }

    private void startAgent() {
        agentRuns = true;
        clock.restart(Duration.ofMillis(random.from(0, 1_000_000)));
        if (permits.restart())
            for (VmEntry entry : entries) permits.join(entry.name, entry.machine.atMost());
        for (VmEntry entry : entries) {
            if (bursts) time.after(random.millis(0, 50), entry.load::burst);
            entry.vm = newVm(entry);
            entry.scrapes = scrapes(entry);
            wakeLater(entry);
        }
    }

    private void heal() {
        healed = true;
        random.heal();
        for (VmEntry entry : entries) deliver(entry, SimulatedOperator.RELEASE);
        // A VM with an announced migration keeps its size until it moves, and the simulation never
        // moves it. A new agent does not know of the announcement.
        if (entries.stream().anyMatch(it -> it.vm.state().scheduler().moves())) restartAgent();
    }
}
