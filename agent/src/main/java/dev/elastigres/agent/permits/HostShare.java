package dev.elastigres.agent.permits;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;

/// The part of each host resource that a VM of some size takes. It is the whole size for a virtual
/// machine and less where less is guaranteed than may be used.
///
/// @param cpus finite and not negative
/// @param memory finite and not negative
public record HostShare(double cpus, double memory) {
    public static final HostShare ALL = new HostShare(1, 1);
    public static final HostShare NONE = new HostShare(0, 0);

    public HostShare {
        if (!(cpus >= 0 && cpus <= Double.MAX_VALUE && memory >= 0 && memory <= Double.MAX_VALUE))
            throw new IllegalArgumentException(
                    "the parts of a host must not be negative: %s and %s".formatted(cpus, memory));
    }

    /// Returns the resources that a VM of `size` takes.
    public Resources of(Resources size) {
        double bytes = Math.ceil(size.memory().value() * memory);
        return new Resources(size.vcpus() * cpus, atMost(bytes)).inThousandths();
    }

    /// Returns the largest size up to `wanted` that takes no more than `given`.
    Resources within(Resources given, Resources wanted) {
        Resources takes = of(wanted);
        return new Resources(
                        given.vcpus() >= takes.vcpus() ? wanted.vcpus() : given.vcpus() / cpus,
                        given.memory().isLessThan(takes.memory())
                                ? atMost(Math.floor(given.memory().value() / memory))
                                : wanted.memory())
                .min(wanted);
    }

    private static Bytes atMost(double bytes) {
        return bytes >= Long.MAX_VALUE ? Bytes.MAX : Bytes.of((long) bytes);
    }
}
