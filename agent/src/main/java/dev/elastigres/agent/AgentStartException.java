package dev.elastigres.agent;

/// The agent cannot run on this host.
public final class AgentStartException extends Exception {
    private static final long serialVersionUID = 1;

    public AgentStartException(String message) {
        super(message);
    }

    public AgentStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
