package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Optional;

/// State of the wait that precedes the next shrink of a VM.
///
/// @param length duration of the next wait
/// @param until before this moment the VM does not shrink; empty while no cooldown runs
/// @param shrunkAt when the VM last shrank; empty once that shrink has proved right or wrong
/// @param refused whether the last requested shrink was refused
public record Cooldown(
        Duration length, Optional<Moment> until, Optional<Moment> shrunkAt, boolean refused) {

    static Cooldown begin(CooldownRules rules) {
        return new Cooldown(rules.first(), Optional.empty(), Optional.empty(), false);
    }

    /// Returns the cooldown after a refusal. A second refusal in a row shows that the wait was too
    /// short, so the wait doubles.
    Cooldown refused(CooldownRules rules) {
        return new Cooldown(refused ? rules.doubled(length) : length, until, shrunkAt, true);
    }

    Cooldown agreed() {
        return new Cooldown(length, until, shrunkAt, false);
    }

    Cooldown shrunk(Moment now) {
        return new Cooldown(length, until, Optional.of(now), refused);
    }

    boolean mayHaveHurt(CooldownRules rules, Moment now) {
        return shrunkAt.isPresent() && now.since(shrunkAt.get()).compareTo(rules.hurtWithin()) <= 0;
    }

    Cooldown hurt(CooldownRules rules, Moment now) {
        Duration longer = rules.doubled(length);
        return new Cooldown(longer, Optional.of(now.plus(longer)), Optional.empty(), refused);
    }

    /// Returns the cooldown after a shrink that did not hurt: the wait is back to its first length.
    private Cooldown calm(CooldownRules rules) {
        return new Cooldown(rules.first(), until, Optional.empty(), false);
    }

    /// Returns whether a cooldown was running and has ended.
    boolean isOver(Moment now) {
        return until.isPresent() && !now.isBefore(until.get());
    }

    /// Returns the cooldown without the parts that have expired.
    Cooldown at(CooldownRules rules, Moment now) {
        Cooldown left =
                isOver(now) ? new Cooldown(length, Optional.empty(), shrunkAt, refused) : this;
        boolean calm = shrunkAt.isPresent() && !mayHaveHurt(rules, now);
        return calm ? left.calm(rules) : left;
    }
}
