package dev.elastigres.simulation.faults;

import static dev.elastigres.simulation.faults.ViolationException.check;

import dev.elastigres.core.agent.Outcome;
import dev.elastigres.core.agent.ResourceOutcome;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.simulation.time.Timeline;
import java.time.Duration;
import java.util.function.Consumer;

/// A VM and its driver. What it was asked to become it becomes in its time, if nothing is in the
/// way; a resize that is given up never takes effect after a newer one began.
final class Machine {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final Timeline time;
    private final Chance chance;
    private final Load load;
    private final Runnable onChange;
    private Resources size;
    private Resources asked;

    /// What its monitor holds it to: the VM must not become smaller.
    private Resources promised;

    /// The newest call to the driver; older ones have no effect any more, but for what they asked
    /// the VM to become.
    private long call;

    /// Whether that one has not ended.
    private boolean called;

    private boolean moves;
    private Duration stuckUntil = Duration.ZERO;

    Machine(Timeline time, Chance chance, Resources size, Load load, Runnable onChange) {
        this.time = time;
        this.chance = chance;
        this.size = size;
        this.load = load;
        this.onChange = onChange;
        asked = size;
        promised = size;
    }

    Resources size() {
        return size;
    }

    Resources asked() {
        return asked;
    }

    Resources promised() {
        return promised;
    }

    /// The most that it may have come to, whatever happens.
    Resources atMost() {
        return size.max(asked);
    }

    void promise(Resources least) {
        promised = least;
        verify();
    }

    void verify() {
        check(
                size.min(asked).covers(promised),
                () ->
                        "a VM of "
                                + size.text()
                                + ", asked to be "
                                + asked.text()
                                + ", goes below the "
                                + promised.text()
                                + " that its monitor may use");
    }

    /// Whoever called the driver is gone, and its calls with it.
    void abandon() {
        call++;
        called = false;
    }

    void resize(Resources target, Consumer<Outcome> answer) {
        long mine = ++call;
        called = true;
        if (chance.fault(0.08)) return; // Hangs, and nothing comes of it.
        Duration wait = chance.millis(20, 800);
        if (chance.fault(0.08)) {
            time.after(
                    wait, () -> answerTo(mine, answer, new Outcome.Failed("the driver is busy")));
            return;
        }
        // Hangs first, or is slower than anybody waits.
        if (chance.fault(0.05)) wait = chance.millis(5_000, 25_000);
        boolean silent = chance.fault(0.05);
        time.after(
                wait,
                () -> {
                    if (mine != call) return;
                    if (!target.covers(size) && chance.fault(0.1)) {
                        refuse(mine, answer);
                        return;
                    }
                    if (target.memory().isLessThan(size.memory()) && chance.fault(0.15)) {
                        keepCache(mine, target, answer);
                        return;
                    }
                    asked = target;
                    load.resized(size, asked);
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
        return called || moves || !size.equals(asked);
    }

    /// Somebody else has it become `target`.
    void resizeElsewhere(Resources target) {
        asked = target;
        size = target;
        load.resized(size, asked);
        onChange.run();
    }

    /// What it uses leaves no room for less: it stays as it is, and goes nowhere.
    private void refuse(long mine, Consumer<Outcome> answer) {
        asked = size;
        load.resized(size, size);
        onChange.run();
        answerTo(mine, answer, new Outcome.Refused(size, "it uses more"));
    }

    /// Page cache holds memory up, in all or only its limit. CPUs are changed, or pending until
    /// somebody asks again.
    private void keepCache(long mine, Resources target, Consumer<Outcome> answer) {
        boolean limitOnly = chance.with(0.5);
        Bytes memory = limitOnly ? target.memory() : halfWay(target.memory(), size.memory());
        boolean pending = target.vcpus() != size.vcpus() && chance.with(0.3);
        size = new Resources(pending ? size.vcpus() : target.vcpus(), memory);
        asked = new Resources(target.vcpus(), memory);
        load.resized(size, asked);
        onChange.run();
        answerTo(
                mine,
                answer,
                new Outcome.PerResource(
                        size,
                        pending
                                ? new ResourceOutcome.Pending("it is late")
                                : new ResourceOutcome.Done(),
                        new ResourceOutcome.HeldByPageCache("files are cached")));
    }

    /// Follows the VM until it has what was asked for, or is not going to for now.
    private void settle(long mine, Consumer<Outcome> answer, int looks) {
        if (mine != call) return;
        if (size.equals(asked)) {
            answerTo(mine, answer, new Outcome.Done(size));
            if (chance.fault(0.05)) answerTo(mine, answer, new Outcome.Done(size));
        } else if (looks > 6) {
            answerTo(mine, answer, new Outcome.Partial(size));
        } else {
            time.after(LOOK_AGAIN, () -> settle(mine, answer, looks + 1));
        }
    }

    private void begin() {
        moves = !size.equals(asked);
        // Sometimes a guest gives nothing up for a while, however often it is asked.
        if (!asked.covers(size) && chance.fault(0.1))
            stuckUntil = time.now().plus(chance.millis(10_000, 60_000));
        if (moves) time.after(chance.millis(0, 1_500), this::move);
    }

    /// CPUs come and go at once, memory in pieces, or for a while not at all; whether or not
    /// somebody still waits for it.
    private void move() {
        Resources before = size;
        Bytes memory = asked.memory();
        if (chance.fault(0.5) || time.now().compareTo(stuckUntil) < 0) memory = size.memory();
        else if (chance.fault(0.3)) memory = halfWay(size.memory(), asked.memory());
        size = new Resources(asked.vcpus(), memory);
        moves = !size.equals(asked);
        load.resized(size, asked);
        if (moves) time.after(LOOK_AGAIN, this::move);
        if (!size.equals(before)) onChange.run();
    }

    /// In whole mebibytes, so that nothing is left of them in the end.
    private static Bytes halfWay(Bytes from, Bytes to) {
        return new Bytes((from.value() + to.value()) / 2).roundedDownToMebibytes();
    }

    private void answerTo(long mine, Consumer<Outcome> answer, Outcome outcome) {
        if (mine != call) return;
        called = false;
        answer.accept(outcome);
    }
}
