package dev.elastigres.core.agent;

import dev.elastigres.core.units.Resources;

/// How a resize ended. One that does not end within its time is hung, and nobody says so.
public sealed interface Outcome {

    /// The VM has what was asked for.
    record Done(Resources size) implements Outcome {}

    /// The VM has less, or more, than was asked for, and may still get there.
    record Partial(Resources size) implements Outcome {}

    /// The VM may or may not change.
    record Failed(String why) implements Outcome {}
}
