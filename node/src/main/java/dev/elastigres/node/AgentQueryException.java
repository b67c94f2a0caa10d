package dev.elastigres.node;

/// A query of an agent failed.
public final class AgentQueryException extends Exception {
    private static final long serialVersionUID = 1;

    public AgentQueryException(String message) {
        super(message);
    }

    public AgentQueryException(String message, Throwable cause) {
        super(message, cause);
    }
}
