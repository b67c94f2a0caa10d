package dev.elastigres.agent.worker;

import dev.elastigres.agent.hold.VmHold;
import dev.elastigres.agent.worker.VmStatus.VmNote;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.agent.Step;
import dev.elastigres.core.agent.Transition;
import dev.elastigres.protocol.monitor.MonitorMessage.HealthDetails;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The status and recent notes of a VM, which are kept when its worker is restarted after a bug.
/// Written by one thread.
final class VmHistory {
    private static final int MAX_NOTES = 20;

    private final String vm;
    private final Map<WorkerDependency, String> problems = new EnumMap<>(WorkerDependency.class);
    private final ArrayDeque<VmNote> notes = new ArrayDeque<>();
    private final Map<Transition, Long> transitions = new EnumMap<>(Transition.class);
    private Optional<Integer> monitorVersion = Optional.empty();
    private volatile Map<String, String> named = Map.of();
    private volatile Optional<HealthDetails> health = Optional.empty();
    private Optional<VmHold> hold = Optional.empty();
    private volatile Optional<Event.MetricsRead> lastRead = Optional.empty();
    private volatile Optional<VmStatus> view = Optional.empty();

    VmHistory(String vm) {
        this.vm = vm;
    }

    /// Returns the latest published status. Thread-safe.
    Optional<VmStatus> view() {
        return view;
    }

    /// Returns the latest failure of each dependency, by dependency name. Thread-safe.
    Map<String, String> problems() {
        return named;
    }

    /// Returns what the connected monitor last reported of itself; empty without one. Thread-safe.
    Optional<HealthDetails> health() {
        return health;
    }

    /// @param reported by the monitor; empty if none is connected
    void health(Optional<HealthDetails> reported) {
        health = reported;
    }

    /// Returns the metrics that were read last. Thread-safe.
    Optional<Event.MetricsRead> lastRead() {
        return lastRead;
    }

    void read(Event.MetricsRead read) {
        lastRead = Optional.of(read);
    }

    /// @param placed the operator's hold; empty if there is none
    void hold(Optional<VmHold> placed) {
        hold = placed;
        placed.map(VmHold::text).ifPresent(this::note);
    }

    void holdEnded() {
        hold = Optional.empty();
        note("is scaled again");
    }

    private Map<String, String> named() {
        var all = new TreeMap<String, String>();
        problems.forEach((part, why) -> all.put(part.title(), why));
        return Map.copyOf(all);
    }

    /// Adds a note. A repetition of the latest note replaces it.
    void note(String what) {
        if (!notes.isEmpty() && notes.getLast().what().equals(what)) notes.removeLast();
        notes.addLast(new VmNote(Instant.now(), what));
        if (notes.size() > MAX_NOTES) notes.removeFirst();
    }

    void count(Step step) {
        for (Transition each : step.transitions()) transitions.merge(each, 1L, Long::sum);
    }

    void monitor(Optional<Integer> version) {
        monitorVersion = version;
    }

    /// Records the state of a dependency.
    ///
    /// @param why the failure; empty if it works
    /// @return whether this is a change
    boolean problem(WorkerDependency part, String why) {
        String before = why.isEmpty() ? problems.remove(part) : problems.put(part, why);
        named = named();
        return why.isEmpty() ? before != null : !why.equals(before);
    }

    /// Records that a bug ended the worker. The state is unchanged.
    void broke(String why) {
        problem(WorkerDependency.WORKER, why);
        note("its worker was restarted after a bug");
        view.ifPresent(it -> publish(it.state()));
    }

    void publish(State state) {
        view =
                Optional.of(
                        new VmStatus(
                                vm,
                                state,
                                monitorVersion,
                                named,
                                new ArrayList<>(notes),
                                transitions,
                                hold));
    }
}
