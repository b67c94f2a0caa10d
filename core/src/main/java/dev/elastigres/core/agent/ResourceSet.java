package dev.elastigres.core.agent;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;

/// A set of resources of a VM.
record ResourceSet(boolean cpus, boolean memory) {
    static final ResourceSet NONE = new ResourceSet(false, false);
    static final ResourceSet ALL = new ResourceSet(true, true);
    static final ResourceSet MEMORY = new ResourceSet(false, true);

    /// Returns the resources that are not zero in `amounts`.
    static ResourceSet in(Resources amounts) {
        return new ResourceSet(amounts.vcpus() > 0, !amounts.memory().equals(Bytes.ZERO));
    }

    /// Returns the resources of which `less` has less than `more`.
    static ResourceSet less(Resources less, Resources more) {
        return new ResourceSet(
                less.vcpus() < more.vcpus(), less.memory().isLessThan(more.memory()));
    }

    boolean isEmpty() {
        return !cpus && !memory;
    }

    /// Returns the resources of this set with the amounts of `in`, the other ones with those of
    /// `out`.
    Resources choose(Resources in, Resources out) {
        return new Resources(cpus ? in.vcpus() : out.vcpus(), memory ? in.memory() : out.memory());
    }
}
