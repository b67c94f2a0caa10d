package dev.elastigres.node;

/// An agent did not say what it was asked.
final class AgentQueryException extends Exception {
    private static final long serialVersionUID = 1;

    AgentQueryException(String message) {
        super(message);
    }

    AgentQueryException(String message, Throwable cause) {
        super(message, cause);
    }
}
