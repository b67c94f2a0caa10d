package dev.elastigres.agent.monitor;

/// The monitor cannot be started or reached, or it violates the protocol. The message is one
/// clause.
public final class MonitorConnectionException extends Exception {
    private static final long serialVersionUID = 1;

    public MonitorConnectionException(String message) {
        super(message);
    }

    public MonitorConnectionException(String message, Throwable cause) {
        super(message, cause);
    }
}
