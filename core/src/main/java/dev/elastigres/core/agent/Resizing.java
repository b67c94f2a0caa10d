package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;

/// What the VM's driver is doing.
public sealed interface Resizing {

    record Idle() implements Resizing {}

    record Running(Request request) implements Resizing {}

    /// The last resize did not do what it should.
    record Paused(Moment until, String why) implements Resizing {}
}
