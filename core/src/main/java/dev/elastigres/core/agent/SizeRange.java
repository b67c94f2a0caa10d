package dev.elastigres.core.agent;

import dev.elastigres.core.units.Resources;

/// Where a VM may be, when that is not known exactly: it is on its way, or a resize hangs.
///
/// @param min what it surely has
/// @param max what it may have without a further word from us
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
