package dev.elastigres.agent.history;

import dev.elastigres.agent.worker.VmNoteFormatter;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.agent.Step;
import dev.elastigres.core.agent.Transition;
import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.units.Resources;
import dev.elastigres.page.ChartPoint;
import dev.elastigres.page.EventKind;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Records the events of one VM and the points of its last hour from its decisions. Used by one
/// thread at a time.
final class StepRecorder {
    /// Time that one point stands for.
    static final Duration STEP = Duration.ofSeconds(10);

    private final VmRecord record;
    private Optional<DecisionKey> decided = Optional.empty();
    private Optional<Resources> permit = Optional.empty();

    /// What makes a decision differ from the one before.
    private record DecisionKey(Resources wanted, String state) {}

    StepRecorder(VmRecord record) {
        this.record = record;
    }

    /// Records a decision and the event that led to it.
    void decided(Instant now, Event event, Step step) {
        State state = step.state();
        Set<EventKind> kinds = EnumSet.noneOf(EventKind.class);
        if (!isNewPermit(state.scheduler().permit())) kinds.add(EventKind.GRANTED);
        if (step.transitions().contains(Transition.SHRINK_AGREED)) kinds.remove(EventKind.GRANTED);
        for (Transition each : step.transitions()) {
            Optional<EventKind> kind = TransitionKinds.of(each);
            if (kind.isPresent() && kinds.add(kind.get()))
                record.happened(now, kind.get(), text(each, event, step));
        }
        step.change()
                .ifPresent(
                        it ->
                                record.happened(
                                        now,
                                        EventKind.RESIZED,
                                        "%s to %s: %s"
                                                .formatted(
                                                        it.from().text(),
                                                        it.to().text(),
                                                        it.text())));
        var key = new DecisionKey(state.why().wanted(), state.why().code());
        if (!decided.equals(Optional.of(key)))
            record.happened(now, EventKind.DECIDED, state.why().text());
        decided = Optional.of(key);
        if (event instanceof Event.MetricsRead || step.change().isPresent())
            record.measured(point(state, now));
    }

    /// Returns whether the permit differs from that of the last call: permits are renewed every few
    /// seconds.
    private boolean isNewPermit(Resources current) {
        boolean same = permit.equals(Optional.of(current));
        permit = Optional.of(current);
        return !same;
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
}
