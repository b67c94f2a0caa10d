package dev.elastigres.agent.permits;

/// The permit source gave no valid answer.
public final class PermitException extends Exception {
    private static final long serialVersionUID = 1;

    public PermitException(String message) {
        super(message);
    }

    public PermitException(String message, Throwable cause) {
        super(message, cause);
    }
}
