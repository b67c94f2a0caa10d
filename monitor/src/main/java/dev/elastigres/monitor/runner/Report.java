package dev.elastigres.monitor.runner;

import dev.elastigres.core.monitor.State;
import dev.elastigres.monitor.dispatcher.AgentLink;
import java.time.Duration;
import java.util.Optional;

/// The runner's state for others to read.
///
/// @param agent the agent of the live session, as `HOST:PORT`
/// @param version the protocol version of the live session; 0 without one
/// @param horizon how far ahead it looks; empty when it does not
/// @param lastDecision one sentence with its numbers
public record Report(
        State state,
        Optional<String> agent,
        int version,
        Optional<Duration> horizon,
        String lastDecision) {

    static Report of(
            State state,
            Optional<AgentLink> agent,
            Optional<Duration> horizon,
            String lastDecision) {
        return new Report(
                state,
                agent.map(AgentLink::peer),
                agent.map(AgentLink::version).orElse(0),
                horizon,
                lastDecision);
    }

    Report withDecision(String sentence) {
        return new Report(state, agent, version, horizon, sentence);
    }
}
