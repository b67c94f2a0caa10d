package dev.elastigres.demo;

import dev.elastigres.core.units.Moment;

/// The one thing that the agent does next.
sealed interface DemoAgentStep {

    /// Give the machine `units`, then tell the monitor.
    record Grant(int units) implements DemoAgentStep {}

    /// Ask the monitor whether the machine may go down to `units`.
    record AskToShrink(int units) implements DemoAgentStep {}

    record CheckHealth() implements DemoAgentStep {}

    /// Nothing, until the monitor speaks or it is `until`.
    record Wait(Moment until) implements DemoAgentStep {}

    /// The monitor keeps an answer for too long.
    record GiveUp(String why) implements DemoAgentStep {}
}
