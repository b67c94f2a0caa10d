package dev.elastigres.demo;

import dev.elastigres.core.units.Moment;

/// The one thing that the agent does next.
sealed interface AgentStep {

    /// Give the machine `units`, then tell the monitor.
    record Grant(int units) implements AgentStep {}

    /// Ask the monitor whether the machine may go down to `units`.
    record AskToShrink(int units) implements AgentStep {}

    record CheckHealth() implements AgentStep {}

    /// Nothing, until the monitor speaks or it is `until`.
    record Wait(Moment until) implements AgentStep {}

    /// The monitor keeps an answer for too long.
    record GiveUp(String why) implements AgentStep {}
}
