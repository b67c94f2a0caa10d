package dev.elastigres.agent;

import dev.elastigres.agent.AgentStatus.BudgetUsage;
import dev.elastigres.agent.AgentStatus.UnscaledVm;
import dev.elastigres.agent.history.FleetHistory;
import dev.elastigres.agent.pages.MonitorDetails;
import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.agent.Action;
import dev.elastigres.core.agent.AgentDecision;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.agent.SizeLimits;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.agent.Step;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.CpuFigures;
import dev.elastigres.core.scaling.CpuUsage;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.EffectiveSetting;
import dev.elastigres.daemon.settings.Invocation;
import dev.elastigres.daemon.settings.Settings;
import dev.elastigres.page.MachineView.NamedFact;
import dev.elastigres.page.PageSource;
import dev.elastigres.protocol.monitor.MonitorMessage.HealthDetails;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;

/// A day of a host in virtual time, for screenshots. The loads are made up; the decisions are those
/// of the core, the histories those of the agent. Peers answer at once.
final class SimulatedDay {
    private static final ComputeUnit UNIT = ComputeUnit.DEFAULT;
    private static final Duration STEP = Duration.ofSeconds(10);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int MAX_EVENTS_OF_A_STEP = 100;
    private static final ScalingRules RULES = ScalingRules.ELASTIGRES;
    private static final BudgetRules BUDGET =
            new BudgetRules(UNIT.times(64), UNIT.times(4), UNIT.times(1), BudgetRules.WISH_COUNTS);

    private final Instant begin;
    private final List<SimulatedDayMachine> machines = new ArrayList<>();
    private final FleetHistory history;
    private Duration passed = Duration.ZERO;

    /// Which part of a day a load is high in.
    private enum LoadShape {
        OFFICE_HOURS,
        NIGHT_JOBS,
        STEADY,
        BURSTS
    }

    private final class SimulatedDayMachine {
        final String name;
        final LoadShape shape;
        final double peak;
        final Random random;
        State state;
        boolean answersResizes = true;
        double noise;
        double burst;

        SimulatedDayMachine(String name, LoadShape shape, double peak, int minUnits, int maxUnits) {
            this.name = name;
            this.shape = shape;
            this.peak = peak;
            random = new Random(name.hashCode());
            state =
                    State.begin(
                            SizeLimits.of(UNIT, minUnits, maxUnits),
                            UNIT.times(minUnits),
                            UNIT.times(minUnits),
                            1,
                            RULES,
                            moment());
        }

        /// Returns the CPUs that the load needs now.
        double load() {
            double hour = passed.toSeconds() / 3600.0;
            noise = 0.9 * noise + 0.1 * random.nextGaussian();
            burst = Math.max(0, burst * 0.985 - 0.002);
            if (shape == LoadShape.BURSTS && random.nextInt(500) == 0) burst = 0.8;
            double level =
                    switch (shape) {
                        case OFFICE_HOURS -> 0.15 + 0.75 * bump(hour, 23.2, 3.5);
                        case NIGHT_JOBS -> 0.1 + 0.8 * bump(hour, 9, 1.2);
                        case STEADY -> 0.5;
                        case BURSTS -> 0.15 + burst;
                    };
            return Math.max(0.02, peak * (level + 0.3 * noise));
        }

        void tick() {
            double cpus = load();
            Resources size = state.current();
            double busy = Math.min(cpus, size.vcpus() * 0.99);
            double pressure = Math.min(0.6, Math.max(0, (cpus - size.vcpus() * 0.85) / 4));
            long total = size.memory().value();
            double wanted = (0.35 + 0.75 * cpus) * (1L << 30);
            long used = (long) Math.min(total * 0.86, wanted);
            var host =
                    new HostMetrics(
                            cpus,
                            cpus,
                            size.memory(),
                            new Bytes(total - used),
                            new Bytes(Math.min(total - used, used / 2)),
                            new CpuFigures.Measured(new CpuUsage(busy, pressure)));
            Moment at = moment();
            happens(
                    new Event.MetricsRead(
                            new VmMetrics(Optional.of(host), Optional.empty()),
                            at.plus(STEP.negated()),
                            at));
        }

        void happens(Event first) {
            Queue<Event> events = new ArrayDeque<>(List.of(first));
            for (int i = 0; i < MAX_EVENTS_OF_A_STEP && !events.isEmpty(); i++) {
                Event event = events.remove();
                Step step = AgentDecision.after(state, event, RULES, moment());
                state = step.state();
                history.happened(status(), event);
                history.decided(status(), event, step);
                for (Action action : step.actions()) answer(action).ifPresent(events::add);
            }
        }

        private Optional<Event> answer(Action action) {
            return switch (action) {
                case Action.RequestPermit ask -> Optional.of(permit(ask));
                case Action.Resize(long id, Resources _, Resources to) ->
                        answersResizes
                                ? Optional.of(new Event.ResizeEnded(id, new ResizeOutcome.Done(to)))
                                : Optional.empty();
                case Action.NotifyMonitor(long session, long id, Resources _) ->
                        Optional.of(new Event.UpscaleConfirmed(session, id));
                case Action.RequestDownscale(long session, long id, Resources _) ->
                        random.nextInt(12) == 0
                                ? Optional.of(
                                        new Event.DownscaleRefused(
                                                session,
                                                id,
                                                Optional.empty(),
                                                "usage would be 62.4MiB below the new threshold,"
                                                        + " less than the buffer of 100MiB"))
                                : Optional.of(new Event.DownscaleAgreed(session, id));
                case Action.ReadSize(), Action.ReadMetrics() -> Optional.empty();
            };
        }

        private Event permit(Action.RequestPermit ask) {
            Resources others =
                    machines.stream()
                            .filter(it -> it != this)
                            .map(it -> it.state.scheduler().permit())
                            .reduce(Resources.ZERO, Resources::plus);
            Resources free = BUDGET.capacity().minus(others);
            Resources usable = ask.urgent() ? free : free.minus(BUDGET.headroom());
            Resources granted = ask.wanted().min(usable.max(ask.current()));
            Resources whole =
                    UNIT.times((int) Math.floor(granted.vcpus() / UNIT.times(1).vcpus() + 1e-9));
            boolean covers = whole.covers(ask.wanted());
            return new Event.PermitReceived(
                    ask.id(),
                    whole,
                    false,
                    covers
                            ? Optional.empty()
                            : Optional.of(
                                    "other VMs have "
                                            + others.text()
                                            + " of "
                                            + BUDGET.capacity().text()));
        }

        VmStatus status() {
            boolean unreachable = name.equals("queue") && passed.equals(DAY);
            return new VmStatus(
                    name,
                    state,
                    Optional.of(2),
                    unreachable
                            ? Map.of(
                                    "cache metrics",
                                    "cannot read http://127.0.0.1:9499/metrics: connection refused")
                            : Map.of(),
                    List.of(),
                    Map.of());
        }
    }

    /// @param end when the day ends
    private SimulatedDay(Instant end) {
        begin = end.minus(DAY);
        history = FleetHistory.inMemory(this::now);
        add("orders", LoadShape.OFFICE_HOURS, 2.2, 2, 16);
        add("payments", LoadShape.OFFICE_HOURS, 1.4, 2, 12);
        add("web-sessions", LoadShape.BURSTS, 1.8, 1, 12);
        add("analytics", LoadShape.BURSTS, 2.4, 1, 32);
        add("reports", LoadShape.NIGHT_JOBS, 2.6, 1, 16);
        add("search", LoadShape.STEADY, 1.6, 2, 12);
        add("auth", LoadShape.STEADY, 0.5, 1, 4);
        add("billing", LoadShape.NIGHT_JOBS, 1.8, 1, 8);
        add("crm", LoadShape.OFFICE_HOURS, 0.9, 1, 8);
        add("queue", LoadShape.BURSTS, 0.8, 1, 4);
        add("staging", LoadShape.BURSTS, 1.0, 1, 8);
        add("audit", LoadShape.STEADY, 0.3, 1, 4);
        add("geo", LoadShape.OFFICE_HOURS, 1.2, 1, 8);
    }

    /// Returns a value that is 1 at `at` and falls to both sides, in hours.
    private static double bump(double hour, double at, double width) {
        double distance = (hour - at) / width;
        return Math.exp(-distance * distance);
    }

    private void add(String name, LoadShape shape, double peak, int minUnits, int maxUnits) {
        machines.add(new SimulatedDayMachine(name, shape, peak, minUnits, maxUnits));
    }

    private Instant now() {
        return begin.plus(passed);
    }

    private Moment moment() {
        return new Moment(passed.toNanos() + DAY.toNanos());
    }

    /// Returns the page of a host at the end of its day.
    static PageSource run(Instant end) throws Exception {
        var day = new SimulatedDay(end);
        day.run();
        return day.source();
    }

    private void run() {
        for (SimulatedDayMachine each : machines) each.happens(new Event.MonitorFound(1));
        while (passed.compareTo(DAY) < 0) {
            passed = passed.plus(STEP);
            Duration left = DAY.minus(passed);
            for (SimulatedDayMachine each : machines) {
                if (each.name.equals("analytics") && left.toMinutes() == 2) each.burst = 3;
                if (each.name.equals("staging") && left.compareTo(STEP) < 0) {
                    each.answersResizes = false;
                    each.burst = 1.2;
                }
                each.tick();
            }
        }
    }

    private PageSource source() throws Exception {
        List<VmStatus> statuses = machines.stream().map(SimulatedDayMachine::status).toList();
        Resources permitted =
                machines.stream()
                        .map(it -> it.state.scheduler().permit())
                        .reduce(Resources.ZERO, Resources::plus);
        var status =
                new AgentStatus(
                        "vm",
                        false,
                        "/var/lib/elastigres/vms",
                        List.of(),
                        List.of(),
                        0,
                        0,
                        Optional.of(new BudgetUsage(BUDGET, permitted)),
                        statuses,
                        List.of(
                                new UnscaledVm(
                                        "mail",
                                        UnscaledVm.DEAD,
                                        "died: its QEMU was ended by signal 9",
                                        Map.of())),
                        true);
        List<EffectiveSetting> settings = settings();
        return new AgentPageSource(
                "db-host-3",
                () -> status,
                _ ->
                        Optional.of(
                                new HealthDetails(Optional.of(true), Optional.of("up"), List.of())),
                _ ->
                        new MonitorDetails(
                                List.of(
                                        new NamedFact(
                                                "memory in use",
                                                "2.00GiB, asks for more from 8.42GiB"),
                                        new NamedFact("effective_cache_size", "6GiB"))),
                _ -> settings,
                history::of);
    }

    private static List<EffectiveSetting> settings() throws Exception {
        var table = new AgentSettings(BUDGET.capacity(), Platforms.find());
        Settings read =
                ((Invocation.Run)
                                table.table()
                                        .read(
                                                List.of("--damping-window=2m"),
                                                Map.of("ELASTIGRES_COOLDOWN_MAX", "10m")))
                        .settings();
        return table.describe(read, "orders");
    }
}
