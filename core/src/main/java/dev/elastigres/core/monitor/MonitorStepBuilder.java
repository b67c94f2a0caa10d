package dev.elastigres.core.monitor;

import dev.elastigres.core.monitor.Action.WatchMemory;
import dev.elastigres.core.monitor.PendingAnswer.Downscale;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Builds a step of the runner while it is decided: the state so far and the actions so far. The
/// builder is the only owner of the state from the event until [#finish].
final class MonitorStepBuilder {
    private final MonitorRules rules;
    private final Usage usage;
    private final Moment now;
    private final List<Action> actions = new ArrayList<>();
    private State state;

    /// What the watcher watches for before this step.
    private final WatchMemory watched;

    private Optional<Shortage> reported = Optional.empty();
    private boolean cpusRead;

    MonitorStepBuilder(State state, Usage usage, MonitorRules rules, Moment now) {
        this.state = state;
        this.usage = usage;
        this.rules = rules;
        this.now = now;
        watched = ShortageDecision.watch(this);
    }

    MonitorRules rules() {
        return rules;
    }

    Usage usage() {
        return usage;
    }

    Moment now() {
        return now;
    }

    State state() {
        return state;
    }

    WatchMemory watched() {
        return watched;
    }

    // ---- what follows from the state

    Bytes usable() {
        return state.memory().usable(rules.memory());
    }

    Bytes forSettings() {
        return state.memory().forSettings(rules.memory());
    }

    /// Returns the memory that is usable once all announced memory is present.
    Bytes announcedUsable() {
        MemoryState memory = state.memory();
        return memory.announced().map(rules.memory()::usable).orElse(memory.observed());
    }

    /// Returns the VM's memory as the hypervisor counts it.
    Bytes total() {
        MemoryState memory = state.memory();
        return memory.announced().orElseGet(() -> memory.observed().plus(rules.memory().reserve()));
    }

    boolean isLive(long session) {
        return state.session().isPresent() && state.session().getAsLong() == session;
    }

    boolean isDownscalePending() {
        return state.pending().isPresent() && state.pending().get() instanceof Downscale;
    }

    // ---- changes

    void setSession(OptionalLong session) {
        state = state.with(session);
    }

    void set(MemoryState memory) {
        state = state.with(memory);
    }

    void setThreshold(Bytes threshold) {
        state = state.withThreshold(threshold);
    }

    void setShortage(Optional<Shortage> shortage) {
        state = state.withShortage(shortage);
    }

    void set(CacheSizing cache) {
        state = state.with(cache);
    }

    void set(UpscaleBackoff backoff) {
        state = state.with(backoff);
    }

    void set(MemoryGrants grants) {
        state = state.with(grants);
    }

    void setPendingMemory(Optional<PendingMemory> memory) {
        state = state.with(state.grants().with(memory));
    }

    void set(CpuDemand cpus) {
        state = state.with(cpus);
    }

    void setPending(Optional<PendingAnswer> answer) {
        state = state.withPending(answer);
    }

    void act(Action action) {
        actions.add(action);
    }

    // ---- what the event reported

    /// Records a shortage that the kernel reported in this event.
    void report(Shortage shortage) {
        reported = Optional.of(shortage);
    }

    Optional<Shortage> reported() {
        return reported;
    }

    void readCpus(CpuDemand cpus) {
        cpusRead = true;
        set(cpus);
    }

    boolean hasReadCpus() {
        return cpusRead;
    }

    /// Returns the finished step. The watcher gets new limits before any other action.
    Step finish(Optional<Moment> wakeAt) {
        WatchMemory watching = ShortageDecision.watch(this);
        if (!watching.equals(watched)) actions.addFirst(watching);
        return new Step(state.withWakeAt(wakeAt), actions);
    }
}
