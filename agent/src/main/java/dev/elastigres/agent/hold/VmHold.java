package dev.elastigres.agent.hold;

import dev.elastigres.core.agent.SizeHold;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// A [SizeHold] in wall-clock time, which outlives the agent.
///
/// @param pin the pinned size; empty for a pause
/// @param until when the hold ends; empty for a pin that has to be released
/// @param by the operator: the address of a peer
public record VmHold(Optional<Resources> pin, Optional<Instant> until, String by) {
    private static final int MAX_BY = 100;

    public VmHold {
        if (pin.isEmpty() && until.isEmpty())
            throw new IllegalArgumentException("a pause needs an end");
        by = by.substring(0, Math.min(by.length(), MAX_BY));
    }

    /// Returns a pause.
    public static VmHold pause(Duration time, Instant now, String by) {
        return new VmHold(Optional.empty(), Optional.of(end(time, now)), by);
    }

    /// Returns a pin.
    ///
    /// @param time until it ends; empty until it is released
    public static VmHold pin(Resources size, Optional<Duration> time, Instant now, String by) {
        return new VmHold(Optional.of(size), time.map(it -> end(it, now)), by);
    }

    private static Instant end(Duration time, Instant now) {
        return now.plus(time).truncatedTo(ChronoUnit.SECONDS);
    }

    /// Returns whether the hold has ended.
    public boolean isOver(Instant now) {
        return until.filter(it -> !now.isBefore(it)).isPresent();
    }

    /// Returns the hold for decisions.
    ///
    /// @param now the present moment
    /// @param clock the same moment by the wall clock
    public SizeHold at(Moment now, Instant clock) {
        Optional<Moment> end = until.map(it -> now.plus(Duration.between(clock, it)));
        return pin.<SizeHold>map(size -> new SizeHold.Pin(size, end, by))
                .orElseGet(() -> new SizeHold.Pause(end.orElseThrow(), by));
    }

    /// Returns a stable name of the hold's kind: `paused` or `pinned`.
    public String code() {
        return pin.isPresent() ? "pinned" : "paused";
    }

    /// Returns the hold as one clause with its end and its operator.
    public String text() {
        String end = until.map(it -> " until " + it).orElse("");
        String what = pin.map(it -> "was pinned to " + it.text()).orElse("was paused");
        return what + end + " by " + by;
    }
}
