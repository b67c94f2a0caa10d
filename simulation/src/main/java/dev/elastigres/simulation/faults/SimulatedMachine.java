package dev.elastigres.simulation.faults;

import static dev.elastigres.simulation.time.ViolationException.check;

import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.agent.ResourceOutcome;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.simulation.time.SeededRandom;
import dev.elastigres.simulation.time.Timeline;
import java.time.Duration;
import java.util.function.Consumer;

/// Simulates a VM and its driver. The VM reaches a requested size after some time, unless something
/// prevents it. An abandoned resize never takes effect after a newer one began.
final class SimulatedMachine {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final Timeline time;
    private final SeededRandom random;
    private final SimulatedLoad load;
    private final Runnable onChange;
    private Resources size;
    private Resources requested;

    /// Size that the monitor was promised: the VM must not become smaller.
    private Resources promised;

    /// The newest call to the driver. Older calls have no further effect, except through the size
    /// they requested.
    private long call;

    /// Whether the newest call is in progress.
    private boolean called;

    private boolean moves;
    private Duration stuckUntil = Duration.ZERO;

    SimulatedMachine(
            Timeline time,
            SeededRandom random,
            Resources size,
            SimulatedLoad load,
            Runnable onChange) {
        this.time = time;
        this.random = random;
        this.size = size;
        this.load = load;
        this.onChange = onChange;
        requested = size;
        promised = size;
    }

    Resources size() {
        return size;
    }

    Resources requested() {
        return requested;
    }

    Resources promised() {
        return promised;
    }

    /// Returns the largest size that the VM may come to have.
    Resources atMost() {
        return size.max(requested);
    }

    void promise(Resources min) {
        promised = min;
        verify();
    }

    void verify() {
        check(
                size.min(requested).covers(promised),
                () ->
                        "a VM of "
                                + size.text()
                                + ", asked to be "
                                + requested.text()
                                + ", goes below the "
                                + promised.text()
                                + " that its monitor may use");
    }

    /// Ends the calls of an agent that was killed or gave them up.
    void abandon() {
        call++;
        called = false;
    }

    void resize(Resources target, Consumer<ResizeOutcome> answer) {
        long mine = ++call;
        called = true;
        if (random.fault(0.08)) return; // Hangs, and nothing comes of it.
        Duration wait = random.millis(20, 800);
        if (random.fault(0.08)) {
            time.after(
                    wait,
                    () -> answerTo(mine, answer, new ResizeOutcome.Failed("the driver is busy")));
            return;
        }
        // The driver hangs first, or takes longer than the agent waits.
        if (random.fault(0.05)) wait = random.millis(5_000, 25_000);
        boolean silent = random.fault(0.05);
        time.after(
                wait,
                () -> {
                    if (mine != call) return;
                    if (!target.covers(size) && random.fault(0.1)) {
                        refuse(mine, answer);
                        return;
                    }
                    if (target.memory().isLessThan(size.memory()) && random.fault(0.15)) {
                        keepCache(mine, target, answer);
                        return;
                    }
                    requested = target;
                    load.resized(size, requested);
                    onChange.run();
                    if (!moves) begin();
                    if (!silent) settle(mine, answer, 0);
                });
    }

    /// Returns whether a call to the driver is in progress.
    boolean isCalled() {
        return called;
    }

    /// Returns whether a call is in progress or the VM has not reached the requested size.
    boolean isBusy() {
        return called || moves || !size.equals(requested);
    }

    /// Lets another party resize the VM to `target`.
    void resizeElsewhere(Resources target) {
        requested = target;
        size = target;
        load.resized(size, requested);
        onChange.run();
    }

    /// Refuses a shrink because of usage: the VM keeps its size, and no change is pending.
    private void refuse(long mine, Consumer<ResizeOutcome> answer) {
        requested = size;
        load.resized(size, size);
        onChange.run();
        answerTo(mine, answer, new ResizeOutcome.Refused(size, "it uses more"));
    }

    /// Lets page cache keep memory, or only its limit, above the target. CPUs change, or stay
    /// pending until the next request.
    private void keepCache(long mine, Resources target, Consumer<ResizeOutcome> answer) {
        boolean limitOnly = random.with(0.5);
        Bytes memory = limitOnly ? target.memory() : halfWay(target.memory(), size.memory());
        boolean pending = target.vcpus() != size.vcpus() && random.with(0.3);
        size = new Resources(pending ? size.vcpus() : target.vcpus(), memory);
        requested = new Resources(target.vcpus(), memory);
        load.resized(size, requested);
        onChange.run();
        answerTo(
                mine,
                answer,
                new ResizeOutcome.PerResource(
                        size,
                        pending
                                ? new ResourceOutcome.Pending("it is late")
                                : new ResourceOutcome.Done(),
                        new ResourceOutcome.HeldByPageCache("files are cached")));
    }

    /// Waits until the VM has the requested size, or will not reach it for now.
    private void settle(long mine, Consumer<ResizeOutcome> answer, int looks) {
        if (mine != call) return;
        if (size.equals(requested)) {
            answerTo(mine, answer, new ResizeOutcome.Done(size));
            if (random.fault(0.05)) answerTo(mine, answer, new ResizeOutcome.Done(size));
        } else if (looks > 6) {
            answerTo(mine, answer, new ResizeOutcome.Partial(size));
        } else {
            time.after(LOOK_AGAIN, () -> settle(mine, answer, looks + 1));
        }
    }

    private void begin() {
        moves = !size.equals(requested);
        // Some guests release no memory for a while, however often the agent asks.
        if (!requested.covers(size) && random.fault(0.1))
            stuckUntil = time.now().plus(random.millis(10_000, 60_000));
        if (moves) time.after(random.millis(0, 1_500), this::move);
    }

    /// Moves the VM towards the requested size: CPUs at once, memory in parts or for a while not at
    /// all. This continues when no caller waits any more.
    private void move() {
        Resources before = size;
        Bytes memory = requested.memory();
        if (random.fault(0.5) || time.now().compareTo(stuckUntil) < 0) memory = size.memory();
        else if (random.fault(0.3)) memory = halfWay(size.memory(), requested.memory());
        size = new Resources(requested.vcpus(), memory);
        moves = !size.equals(requested);
        load.resized(size, requested);
        if (moves) time.after(LOOK_AGAIN, this::move);
        if (!size.equals(before)) onChange.run();
    }

    /// Returns the middle in whole mebibytes, so that repeated halving ends.
    private static Bytes halfWay(Bytes from, Bytes to) {
        return new Bytes((from.value() + to.value()) / 2).roundedDownToMebibytes();
    }

    private void answerTo(long mine, Consumer<ResizeOutcome> answer, ResizeOutcome outcome) {
        if (mine != call) return;
        called = false;
        answer.accept(outcome);
    }
}
