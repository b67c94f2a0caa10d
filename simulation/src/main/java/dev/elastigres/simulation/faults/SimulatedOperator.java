package dev.elastigres.simulation.faults;

import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.SizeHold;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.simulation.time.SeededRandom;
import dev.elastigres.simulation.time.Timeline;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// An operator who pauses VMs, pins their sizes and releases them, as long as faults occur.
///
/// @param clock the agent's clock
/// @param place places a hold on one of the VMs
record SimulatedOperator(
        Timeline time,
        SeededRandom random,
        Supplier<Moment> clock,
        Consumer<Event.HoldChanged> place) {
    static final Event.HoldChanged RELEASE = new Event.HoldChanged(Optional.empty());

    private static final String NAME = "an operator";
    private static final int MAX_UNITS = 9;

    /// Schedules the first action.
    void begin() {
        time.after(random.millis(0, 60_000), this::act);
    }

    private void act() {
        time.after(random.millis(10_000, 90_000), this::act);
        if (!random.fault(1)) return;
        Moment end = clock.get().plus(random.millis(5_000, 120_000));
        Resources size = ComputeUnit.DEFAULT.times(random.from(1, MAX_UNITS));
        place.accept(
                switch (random.from(0, 3)) {
                    case 0 -> hold(new SizeHold.Pause(end, NAME));
                    case 1 -> hold(new SizeHold.Pin(size, Optional.of(end), NAME));
                    case 2 -> hold(new SizeHold.Pin(size, Optional.empty(), NAME));
                    default -> RELEASE;
                });
    }

    private static Event.HoldChanged hold(SizeHold hold) {
        return new Event.HoldChanged(Optional.of(hold));
    }
}
