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

    public static final Resources ZERO = new Resources(0, Bytes.ZERO);

    /// The smaller of each.
    public Resources min(Resources other) {
        return new Resources(Math.min(vcpus, other.vcpus), memory.min(other.memory));
    }

    /// The larger of each.
    public Resources max(Resources other) {
        return new Resources(Math.max(vcpus, other.vcpus), memory.max(other.memory));
    }

    public Resources plus(Resources other) {
        return new Resources(vcpus + other.vcpus, memory.plus(other.memory)).inThousandths();
    }

    /// What is left after `other`, not below zero.
    public Resources minus(Resources other) {
        return new Resources(Math.max(0, vcpus - other.vcpus), memory.minus(other.memory))
                .inThousandths();
    }

    /// The same with its CPUs rounded to whole thousandths, so that equal sums are equal.
    public Resources inThousandths() {
        return new Resources(Math.round(vcpus * 1000) / 1000.0, memory);
    }

    /// Whether this is at least `other`, in both.
    public boolean covers(Resources other) {
        return vcpus >= other.vcpus && !memory.isLessThan(other.memory);
    }

    /// Zero of what is no more than `other` has.
    public Resources onlyWhereMoreThan(Resources other) {
        return new Resources(
                vcpus > other.vcpus ? vcpus : 0,
                other.memory.isLessThan(memory) ? memory : Bytes.ZERO);
    }

    /// Zero of what is no less than `other` has.
    public Resources onlyWhereLessThan(Resources other) {
        return new Resources(
                vcpus < other.vcpus ? vcpus : 0,
                memory.isLessThan(other.memory) ? memory : Bytes.ZERO);
    }

    /// For people: `0.5 CPUs and 2GiB`.
    public String text() {
        return cpus() + " and " + memory;
    }

    /// As [#text], without what is zero: `0.5 CPUs`.
    public String textOfParts() {
        if (memory.equals(Bytes.ZERO)) return cpus();
        return vcpus == 0 ? memory.toString() : text();
    }

    private String cpus() {
        String number = vcpus == Math.rint(vcpus) ? Long.toString((long) vcpus) : "" + vcpus;
        return number + (vcpus == 1 ? " CPU" : " CPUs");
    }
}
