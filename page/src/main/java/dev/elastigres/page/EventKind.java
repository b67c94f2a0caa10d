package dev.elastigres.page;

import java.util.Locale;

/// What kind of event in the life of a machine a [ChartEvent] is.
public enum EventKind {
    /// A size, a permit or an agreement was requested.
    ASKED,
    /// A request was granted.
    GRANTED,
    /// A request was refused, or granted in part.
    REFUSED,
    /// Something failed or did not answer.
    FAILED,
    /// The machine ran short: after a shrink, or because memory ran out.
    HURT,
    /// The size has changed.
    RESIZED,
    /// The machine moves to another host.
    MOVED,
    /// The monitor connected, or other circumstances changed.
    CHANGED,
    /// The wanted size, or what prevents it, is another one. The text is the whole explanation.
    DECIDED;

    /// Returns the name in JSON.
    String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
