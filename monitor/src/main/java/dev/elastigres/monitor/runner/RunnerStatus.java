package dev.elastigres.monitor.runner;

import dev.elastigres.core.monitor.State;
import dev.elastigres.monitor.dispatcher.AgentConnection;
import java.time.Duration;
import java.util.Optional;

/// Snapshot of the runner's state.
///
/// @param state state of the decisions
/// @param agent the agent of the live session, as `HOST:PORT`
/// @param version the protocol version of the live session; 0 without one
/// @param horizon how far ahead usage is forecast; empty if it is not
/// @param lastDecision one sentence with its numbers
public record RunnerStatus(
        State state,
        Optional<String> agent,
        int version,
        Optional<Duration> horizon,
        String lastDecision) {

    static RunnerStatus of(
            State state,
            Optional<AgentConnection> agent,
            Optional<Duration> horizon,
            String lastDecision) {
        return new RunnerStatus(
                state,
                agent.map(AgentConnection::peer),
                agent.map(AgentConnection::version).orElse(0),
                horizon,
                lastDecision);
    }

    RunnerStatus withDecision(String sentence) {
        return new RunnerStatus(state, agent, version, horizon, sentence);
    }
}
