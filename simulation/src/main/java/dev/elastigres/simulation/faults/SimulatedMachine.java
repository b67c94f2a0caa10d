package dev.elastigres.simulation.faults;

import static dev.elastigres.simulation.faults.ViolationException.check;

import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.agent.ResourceOutcome;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.simulation.time.Timeline;
import java.time.Duration;
import java.util.function.Consumer;

/// A VM and its driver. What it was asked to become it becomes in its time, if nothing is in the
/// way; a resize that is given up never takes effect after a newer one began.
final class SimulatedMachine {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final Timeline time;
    private final SeededRandom random;
    private final SimulatedLoad load;
    private final Runnable onChange;
    private Resources size;
    private Resources requested;

    /// What its monitor holds it to: the VM must not become smaller.
    private Resources promised;

    /// The newest call to the driver; older ones have no effect any more, but for what they asked
    /// the VM to become.
    private long call;

    /// Whether that one has not ended.
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

    /// The most that it may have come to, whatever happens.
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

    /// Whoever called the driver is gone, and its calls with it.
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
        // Hangs first, or is slower than anybody waits.
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

    /// Whether a call to its driver has not ended.
    boolean isCalled() {
        return called;
    }

    /// Whether something is done to it, or it has not become yet what it was asked to be.
    boolean isBusy() {
        return called || moves || !size.equals(requested);
    }

    /// Somebody else has it become `target`.
    void resizeElsewhere(Resources target) {
        requested = target;
        size = target;
        load.resized(size, requested);
        onChange.run();
    }

    /// What it uses leaves no room for less: it stays as it is, and goes nowhere.
    private void refuse(long mine, Consumer<ResizeOutcome> answer) {
        requested = size;
        load.resized(size, size);
        onChange.run();
        answerTo(mine, answer, new ResizeOutcome.Refused(size, "it uses more"));
    }

    /// Page cache holds memory up, in all or only its limit. CPUs are changed, or pending until
    /// somebody asks again.
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

    /// Follows the VM until it has what was asked for, or is not going to for now.
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
        // Sometimes a guest gives nothing up for a while, however often it is asked.
        if (!requested.covers(size) && random.fault(0.1))
            stuckUntil = time.now().plus(random.millis(10_000, 60_000));
        if (moves) time.after(random.millis(0, 1_500), this::move);
    }

    /// CPUs come and go at once, memory in pieces, or for a while not at all; whether or not
    /// somebody still waits for it.
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

    /// In whole mebibytes, so that nothing is left of them in the end.
    private static Bytes halfWay(Bytes from, Bytes to) {
        return new Bytes((from.value() + to.value()) / 2).roundedDownToMebibytes();
    }

    private void answerTo(long mine, Consumer<ResizeOutcome> answer, ResizeOutcome outcome) {
        if (mine != call) return;
        called = false;
        answer.accept(outcome);
    }
}
