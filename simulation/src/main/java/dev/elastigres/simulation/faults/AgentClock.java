package dev.elastigres.simulation.faults;

import dev.elastigres.core.units.Moment;
import dev.elastigres.simulation.time.Timeline;
import java.time.Duration;

/// The agent's clock. It can jump ahead, and has another origin after a restart of the agent.
final class AgentClock {
    private final Timeline time;
    private Duration ahead = Duration.ZERO;

    /// Sum of all jumps.
    private Duration jumped = Duration.ZERO;

    AgentClock(Timeline time) {
        this.time = time;
    }

    Moment now() {
        return new Moment(time.now().plus(ahead).toNanos());
    }

    /// Returns the time of the agent's clock, summed over all runs of the agent.
    Duration elapsed() {
        return time.now().plus(jumped);
    }

    void jump(Duration distance) {
        ahead = ahead.plus(distance);
        jumped = jumped.plus(distance);
    }

    /// @param origin the time that the clock shows at the start of the simulation
    void restart(Duration origin) {
        ahead = origin;
    }
}
