package dev.elastigres.core.agent;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;

/// Reasons for a VM's wanted size, for each resource and as a whole.
///
/// @param cpus reason for the number of CPUs
/// @param memory reason for the amount of memory
/// @param size reason for the size as a whole: the one that decided last
public record SizeReasons(SizeReason cpus, SizeReason memory, SizeReason size) {

    /// Returns `reason` for each resource.
    public static SizeReasons of(SizeReason reason) {
        return new SizeReasons(reason, reason, reason);
    }

    /// Returns the reason for a change of size: that of the resource that changes, or of the size
    /// as a whole if both do.
    public SizeReason ofChange(Resources from, Resources to) {
        boolean cpusChange = from.vcpus() != to.vcpus();
        boolean memoryChanges = !from.memory().equals(to.memory());
        if (cpusChange == memoryChanges) return size;
        return cpusChange ? cpus : memory;
    }

    /// Returns the reasons after `reason` decided about some resources.
    ///
    /// @param decided zero for a resource that `reason` did not decide about
    SizeReasons with(SizeReason reason, Resources decided) {
        return new SizeReasons(
                decided.vcpus() > 0 ? reason : cpus,
                decided.memory().equals(Bytes.ZERO) ? memory : reason,
                reason);
    }
}
