package dev.elastigres.node;

/// A query of an agent failed.
final class AgentQueryException extends Exception {
    private static final long serialVersionUID = 1;

    AgentQueryException(String message) {
        super(message);
    }

    AgentQueryException(String message, Throwable cause) {
        super(message, cause);
    }
}
