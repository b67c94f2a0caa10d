package dev.elastigres.core.agent;

import dev.elastigres.core.units.Resources;

/// Possible sizes of a VM whose size is not known exactly: a resize is in progress or hangs.
///
/// @param min what the VM has for certain
/// @param max what the VM may come to have without another request from the agent
public record SizeRange(Resources min, Resources max) {

    static SizeRange between(Resources one, Resources other) {
        return new SizeRange(one.min(other), one.max(other));
    }

    boolean isExact() {
        return min.equals(max);
    }

    SizeRange with(Resources other) {
        return new SizeRange(min.min(other), max.max(other));
    }
}
