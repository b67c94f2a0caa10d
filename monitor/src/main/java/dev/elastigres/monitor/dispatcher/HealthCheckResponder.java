package dev.elastigres.monitor.dispatcher;

/// Answers health checks on the thread that received them.
public interface HealthCheckResponder {

    /// Answers a health check, whose answer's space in the connection is reserved. Blocks only
    /// while the agent does not read. Returns false if something else must happen first; the check
    /// is then for the [SessionOwner].
    ///
    /// @param id the id of the agent's message
    boolean answer(AgentConnection link, long id);
}
