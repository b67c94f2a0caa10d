package dev.elastigres.core.units;

/// What a VM has, or is to have.
///
/// @param vcpus virtual CPUs, fractions allowed; finite and not negative
/// @param memory as the hypervisor counts it, the kernel's own part included
public record Resources(double vcpus, Bytes memory) {
    public Resources {
        if (!(vcpus >= 0 && vcpus <= Double.MAX_VALUE))
            throw new IllegalArgumentException("not a number of CPUs: " + vcpus);
    }
}
