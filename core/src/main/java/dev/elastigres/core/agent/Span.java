package dev.elastigres.core.agent;

import dev.elastigres.core.units.Resources;

/// Where a VM may be, when that is not known exactly: it is on its way, or a resize hangs.
///
/// @param least what it surely has
/// @param most what it may have without a further word from us
public record Span(Resources least, Resources most) {

    static Span between(Resources one, Resources other) {
        return new Span(one.min(other), one.max(other));
    }

    boolean isExact() {
        return least.equals(most);
    }

    Span with(Resources other) {
        return new Span(least.min(other), most.max(other));
    }
}
