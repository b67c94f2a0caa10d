package dev.elastigres.agent.history;

import dev.elastigres.agent.worker.VmNoteFormatter;
import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.agent.Step;
import dev.elastigres.core.agent.Transition;
import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.page.ChartEvent;
import dev.elastigres.page.ChartPoint;
import dev.elastigres.page.EventKind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Points of each VM over the last hour, finer than those of [FleetHistory], and its latest events
/// and decisions. Thread-safe; no method blocks.
public final class ChartRecorder {
    /// Time that one point stands for.
    public static final Duration STEP = Duration.ofSeconds(10);

    /// Time that points are kept.
    public static final Duration KEPT = Duration.ofHours(1);

    private static final int MAX_POINTS = (int) (KEPT.toSeconds() / STEP.toSeconds());
    private static final int MAX_EVENTS = 240;

    private static final Duration REPEATED_WITHIN = Duration.ofMinutes(1);
    private static final int MAX_REPEATED = 6;

    private final InstantSource clock;
    private final Map<String, RecordedCharts> vms = new ConcurrentHashMap<>();

    /// The points and events of one VM, each list in ascending order.
    public record RecentCharts(List<ChartPoint> points, List<ChartEvent> events) {
        static final RecentCharts EMPTY = new RecentCharts(List.of(), List.of());

        public RecentCharts {
            points = List.copyOf(points);
            events = List.copyOf(events);
        }
    }

    /// What makes a decision differ from the one before.
    private record DecisionKey(Resources wanted, String obstacle) {}

    /// Guarded by itself.
    private static final class RecordedCharts {
        private final ArrayDeque<ChartPoint> points = new ArrayDeque<>();
        private final ArrayDeque<ChartEvent> events = new ArrayDeque<>();
        private Optional<DecisionKey> decided = Optional.empty();
        private Optional<Resources> permit = Optional.empty();
        private long number;

        synchronized void add(ChartPoint point) {
            if (!points.isEmpty() && points.getLast().at().equals(point.at())) points.removeLast();
            if (points.size() == MAX_POINTS) points.removeFirst();
            points.addLast(point);
        }

        /// Adds an event, unless it repeats a recent one: a request that is refused is repeated
        /// every few seconds.
        synchronized void add(Instant at, EventKind kind, String text) {
            Instant recent = at.minus(REPEATED_WITHIN);
            boolean repeated =
                    events.reversed().stream()
                            .limit(MAX_REPEATED)
                            .anyMatch(
                                    it ->
                                            it.kind() == kind
                                                    && it.text().equals(text)
                                                    && it.at().isAfter(recent));
            if (repeated) return;
            if (events.size() == MAX_EVENTS) events.removeFirst();
            events.addLast(new ChartEvent(++number, at, kind, text));
        }

        synchronized boolean isNew(DecisionKey key) {
            if (decided.equals(Optional.of(key))) return false;
            decided = Optional.of(key);
            return true;
        }

        /// Returns whether the permit differs from that of the last call: permits are renewed
        /// every few seconds.
        synchronized boolean isNewPermit(Resources current) {
            boolean same = permit.equals(Optional.of(current));
            permit = Optional.of(current);
            return !same;
        }

        synchronized RecentCharts charts() {
            return new RecentCharts(List.copyOf(points), List.copyOf(events));
        }
    }

    public ChartRecorder(InstantSource clock) {
        this.clock = clock;
    }

    /// Adds a decision and the event that led to it.
    ///
    /// @param vm the VM after the decision
    public void decided(VmStatus vm, Event event, Step step) {
        RecordedCharts recorded = vms.computeIfAbsent(vm.name(), _ -> new RecordedCharts());
        Instant now = clock.instant();
        State state = step.state();
        Set<EventKind> kinds = EnumSet.noneOf(EventKind.class);
        if (!recorded.isNewPermit(state.scheduler().permit())) kinds.add(EventKind.GRANTED);
        if (step.transitions().contains(Transition.SHRINK_AGREED)) kinds.remove(EventKind.GRANTED);
        for (Transition each : step.transitions()) {
            Optional<EventKind> kind = TransitionKinds.of(each);
            if (kind.isPresent() && kinds.add(kind.get()) && !isOld(event))
                recorded.add(now, kind.get(), text(each, event, step));
        }
        step.change()
                .ifPresent(
                        it ->
                                recorded.add(
                                        now,
                                        EventKind.RESIZED,
                                        "%s to %s: %s"
                                                .formatted(
                                                        it.from().text(),
                                                        it.to().text(),
                                                        it.text())));
        var key = new DecisionKey(state.why().wanted(), state.why().code());
        if (recorded.isNew(key)) recorded.add(now, EventKind.DECIDED, state.why().text());
        if (event instanceof Event.MetricsRead || step.change().isPresent())
            recorded.add(point(state, now));
    }

    /// Returns whether the event is a kill of some time ago, about which a restarted worker decides
    /// again.
    private static boolean isOld(Event event) {
        return event instanceof Event.OomKilled(var _, Moment at)
                && new Moment(System.nanoTime()).since(at).compareTo(REPEATED_WITHIN) > 0;
    }

    /// Returns the note on the event or the action that `transition` came with, or else its name in
    /// words.
    private static String text(Transition transition, Event event, Step step) {
        Stream<String> actions =
                step.actions().stream()
                        .filter(it -> TransitionKinds.isStartOf(transition, it))
                        .flatMap(it -> VmNoteFormatter.of(it).stream());
        return actions.findFirst()
                .or(() -> TransitionKinds.text(transition, step.state()))
                .or(() -> VmNoteFormatter.of(event))
                .orElseGet(() -> transition.code().replace('_', ' '));
    }

    private static ChartPoint point(State state, Instant now) {
        long step = STEP.toMillis();
        Instant at = Instant.ofEpochMilli(Math.floorDiv(now.toEpochMilli(), step) * step);
        Optional<Goal> goal = state.demand().history().goal();
        Resources size = state.current();
        double memory = size.memory().value();
        double used = orUnknown(goal.flatMap(Goal::memory).map(it -> (double) it.used().value()));
        double working =
                orUnknown(
                        goal.flatMap(Goal::memory)
                                .map(it -> (double) it.used().plus(it.workingSet()).value()));
        double threshold = orUnknown(goal.flatMap(Goal::memory).map(it -> it.target() * memory));
        return new ChartPoint(
                at,
                size.vcpus(),
                orUnknown(goal.filter(it -> it.cpu().isPresent()).map(it -> it.demand().vcpus())),
                orUnknown(goal.map(it -> it.size().vcpus())),
                memory,
                used,
                working,
                threshold,
                orUnknown(goal.map(it -> (double) it.size().memory().value())));
    }

    private static double orUnknown(Optional<Double> value) {
        return value.orElse(Double.NaN);
    }

    /// Drops what was recorded of a VM that is gone.
    public void gone(String vm) {
        vms.remove(vm);
    }

    /// Returns what was recorded of a VM; empty lists if the VM is unknown.
    public RecentCharts of(String vm) {
        RecordedCharts recorded = vms.get(vm);
        return recorded == null ? RecentCharts.EMPTY : recorded.charts();
    }
}
