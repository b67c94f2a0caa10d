package dev.elastigres.core.units;

/// CPUs and memory of a VM, actual or wanted.
///
/// @param vcpus virtual CPUs, fractions allowed; finite and not negative
/// @param memory memory as the hypervisor counts it, including the kernel's own part
public record Resources(double vcpus, Bytes memory) {
    public Resources {
        if (!(vcpus >= 0 && vcpus <= Double.MAX_VALUE))
            throw new IllegalArgumentException("not a number of CPUs: " + vcpus);
    }

    public static final Resources ZERO = new Resources(0, Bytes.ZERO);

    /// Returns the smaller amount of each resource.
    public Resources min(Resources other) {
        return new Resources(Math.min(vcpus, other.vcpus), memory.min(other.memory));
    }

    /// Returns the larger amount of each resource.
    public Resources max(Resources other) {
        return new Resources(Math.max(vcpus, other.vcpus), memory.max(other.memory));
    }

    public Resources plus(Resources other) {
        return new Resources(vcpus + other.vcpus, memory.plus(other.memory)).inThousandths();
    }

    /// Returns this minus `other`, with zero for a resource of which `other` has more.
    public Resources minus(Resources other) {
        return new Resources(Math.max(0, vcpus - other.vcpus), memory.minus(other.memory))
                .inThousandths();
    }

    /// Returns this with CPUs rounded to whole thousandths, so that equal sums compare equal.
    public Resources inThousandths() {
        return new Resources(Math.round(vcpus * 1000) / 1000.0, memory);
    }

    /// Returns whether this has at least as much of both resources as `other`.
    public boolean covers(Resources other) {
        return vcpus >= other.vcpus && !memory.isLessThan(other.memory);
    }

    /// Returns this with zero for each resource of which it does not have more than `other`.
    public Resources onlyWhereMoreThan(Resources other) {
        return new Resources(
                vcpus > other.vcpus ? vcpus : 0,
                other.memory.isLessThan(memory) ? memory : Bytes.ZERO);
    }

    /// Returns this with zero for each resource of which it does not have less than `other`.
    public Resources onlyWhereLessThan(Resources other) {
        return new Resources(
                vcpus < other.vcpus ? vcpus : 0,
                memory.isLessThan(other.memory) ? memory : Bytes.ZERO);
    }

    /// Returns readable text: `0.5 CPUs and 2GiB`.
    public String text() {
        return cpus() + " and " + memory;
    }

    /// Returns [#text] without a resource that is zero: `0.5 CPUs`.
    public String textOfParts() {
        if (memory.equals(Bytes.ZERO)) return cpus();
        return vcpus == 0 ? memory.toString() : text();
    }

    private String cpus() {
        String number = vcpus == Math.rint(vcpus) ? Long.toString((long) vcpus) : "" + vcpus;
        return number + (vcpus == 1 ? " CPU" : " CPUs");
    }
}
