package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Optional;

/// How careful to be with the next shrink.
///
/// @param length how long the next wait is
/// @param until before this the VM does not become smaller
/// @param shrunkAt when it last did, until that is known to have been right or wrong
/// @param refused whether the last shrink asked for was refused
public record Cooldown(
        Duration length, Optional<Moment> until, Optional<Moment> shrunkAt, boolean refused) {

    static Cooldown begin(CooldownRules rules) {
        return new Cooldown(rules.first(), Optional.empty(), Optional.empty(), false);
    }

    /// The second refusal in a row shows that the wait was too short.
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

    /// The last shrink was right.
    Cooldown calm(CooldownRules rules) {
        return new Cooldown(rules.first(), until, Optional.empty(), false);
    }

    Cooldown over() {
        return new Cooldown(length, Optional.empty(), shrunkAt, refused);
    }
}
