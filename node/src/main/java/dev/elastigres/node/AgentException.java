package dev.elastigres.node;

/// An agent did not say what it was asked.
final class AgentException extends Exception {
    private static final long serialVersionUID = 1;

    AgentException(String message) {
        super(message);
    }

    AgentException(String message, Throwable cause) {
        super(message, cause);
    }
}
