package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// Size of a VM as the agent knows it.
///
/// @param current the size last observed
/// @param target the size last requested from the driver, while it differs from `current`: the VM
///     may reach it at any time
/// @param range the sizes that the VM may have
/// @param lookAt when to read the size again, while a resize is not finished
public record VmSize(
        Resources current, Optional<Resources> target, SizeRange range, Optional<Moment> lookAt) {

    /// Returns the size of a newly found VM.
    ///
    /// @param requested the size last requested from its driver
    static VmSize begin(Resources current, Resources requested) {
        return new VmSize(
                current,
                Optional.of(requested).filter(it -> !it.equals(current)),
                SizeRange.between(current, requested),
                Optional.empty());
    }

    /// Returns the size last requested from the driver.
    public Resources requested() {
        return target.orElse(current);
    }

    /// Returns whether the VM is known to have the size last requested.
    boolean isSettled() {
        return target.isEmpty() && range.isExact();
    }

    /// Returns whether a change to `wanted` takes something from the VM and adds nothing.
    boolean isShrink(Resources wanted) {
        return current.covers(wanted) && !current.equals(wanted);
    }

    /// Returns this with `size` as the observed size.
    VmSize observed(Resources size) {
        return new VmSize(size, target, range, lookAt);
    }

    VmSize with(SizeRange possible) {
        return new VmSize(current, target, possible, lookAt);
    }

    VmSize withLookAt(Optional<Moment> moment) {
        return new VmSize(current, target, range, moment);
    }

    /// Returns this after a request for `requested` that the VM may still reach.
    ///
    /// @param nextLook when to read the size; unused if the VM is known to have the requested size.
    ///     An earlier resize may still take effect even without a target, while the range is not
    ///     exact.
    VmSize headingFor(Resources requested, Moment nextLook) {
        Optional<Resources> left = Optional.of(requested).filter(it -> !it.equals(current));
        boolean settled = left.isEmpty() && range.isExact();
        return new VmSize(current, left, range, settled ? Optional.empty() : Optional.of(nextLook));
    }

    /// Returns this while the driver resizes the VM to `to`.
    VmSize resizing(Resources to) {
        return new VmSize(current, Optional.of(to), range.with(to), Optional.empty());
    }
}
