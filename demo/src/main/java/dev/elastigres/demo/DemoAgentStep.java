package dev.elastigres.demo;

import dev.elastigres.core.units.Moment;

/// The demo agent's next step.
sealed interface DemoAgentStep {

    /// Resize the machine to `units`, then notify the monitor.
    record Grant(int units) implements DemoAgentStep {}

    /// Ask the monitor whether the machine may shrink to `units`.
    record AskToShrink(int units) implements DemoAgentStep {}

    record CheckHealth() implements DemoAgentStep {}

    /// Wait for a message of the monitor, but not beyond `until`.
    record Wait(Moment until) implements DemoAgentStep {}

    /// End the demo, because the monitor did not answer in time.
    record GiveUp(String why) implements DemoAgentStep {}
}
