package dev.elastigres.core.agent;

import static dev.elastigres.core.agent.RefusedShrink.RefusalSource.DRIVER;
import static dev.elastigres.core.agent.RefusedShrink.RefusalSource.MONITOR;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// What delays the next shrink of a VM: the last refusal, and the cooldown.
///
/// @param refused the last refused shrink, while it counts
/// @param cooldown the wait that precedes the next shrink
public record ShrinkBackoff(Optional<RefusedShrink> refused, Cooldown cooldown) {

    static ShrinkBackoff begin(CooldownRules rules) {
        return new ShrinkBackoff(Optional.empty(), Cooldown.begin(rules));
    }

    /// Returns this without a refusal.
    public ShrinkBackoff withoutRefusal() {
        return new ShrinkBackoff(Optional.empty(), cooldown);
    }

    ShrinkBackoff with(Cooldown next) {
        return new ShrinkBackoff(refused, next);
    }

    /// Returns this without the parts that have expired.
    ShrinkBackoff at(CooldownRules rules, Moment now) {
        return new ShrinkBackoff(
                refused.filter(it -> now.isBefore(it.until())), cooldown.at(rules, now));
    }

    /// Returns this after the monitor refused a shrink. Two refusals at once do not show that the
    /// wait was too short, so the second does not lengthen it.
    ///
    /// @param min the size that the VM keeps
    ShrinkBackoff refusedByMonitor(Resources min, String why, CooldownRules rules, Moment now) {
        Cooldown next = refused.isEmpty() ? cooldown.refused(rules) : cooldown;
        Moment until = now.plus(next.length());
        return new ShrinkBackoff(Optional.of(new RefusedShrink(min, until, MONITOR, why)), next);
    }

    /// Returns this after the driver refused a shrink that the monitor had agreed to.
    ///
    /// @param min the size that the VM keeps
    ShrinkBackoff refusedByDriver(Resources min, String why, CooldownRules rules, Moment now) {
        Cooldown next = cooldown.hurt(rules, now);
        Moment until = next.until().orElseThrow();
        return new ShrinkBackoff(Optional.of(new RefusedShrink(min, until, DRIVER, why)), next);
    }
}
