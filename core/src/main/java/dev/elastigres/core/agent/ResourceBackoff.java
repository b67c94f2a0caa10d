package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// What delays the next shrink of one resource of a VM: the last refusal, and the cooldown.
///
/// @param refused the last refused shrink, while it counts; its minimum is zero for the other
///     resource
/// @param cooldown the wait that precedes the next shrink
public record ResourceBackoff(Optional<RefusedShrink> refused, Cooldown cooldown) {

    static ResourceBackoff begin(CooldownRules rules) {
        return new ResourceBackoff(Optional.empty(), Cooldown.begin(rules));
    }

    ResourceBackoff withoutRefusal() {
        return new ResourceBackoff(Optional.empty(), cooldown);
    }

    ResourceBackoff with(Cooldown next) {
        return new ResourceBackoff(refused, next);
    }

    /// Returns this without the parts that have expired.
    ResourceBackoff at(CooldownRules rules, Moment now) {
        return new ResourceBackoff(
                refused.filter(it -> now.isBefore(it.until())), cooldown.at(rules, now));
    }

    /// Returns this after the monitor refused a shrink. Two refusals at once do not show that the
    /// wait was too short, so the second does not lengthen it.
    ///
    /// @param min the amount that the VM keeps
    ResourceBackoff refusedByMonitor(Resources min, String why, CooldownRules rules, Moment now) {
        Cooldown next = refused.isEmpty() ? cooldown.refused(rules) : cooldown;
        var refusal =
                new RefusedShrink(
                        min, now.plus(next.length()), RefusedShrink.RefusalSource.MONITOR, why);
        return new ResourceBackoff(Optional.of(refusal), next);
    }

    /// Returns this after the driver refused a shrink that the monitor had agreed to.
    ///
    /// @param min the amount that the VM keeps
    ResourceBackoff refusedByDriver(Resources min, String why, CooldownRules rules, Moment now) {
        Cooldown next = cooldown.hurt(rules, now);
        var refusal =
                new RefusedShrink(
                        min, next.until().orElseThrow(), RefusedShrink.RefusalSource.DRIVER, why);
        return new ResourceBackoff(Optional.of(refusal), next);
    }

    /// Returns this after a need for more that the last shrink may have caused.
    ResourceBackoff hurt(CooldownRules rules, Moment now) {
        return with(cooldown.hurt(rules, now));
    }
}
