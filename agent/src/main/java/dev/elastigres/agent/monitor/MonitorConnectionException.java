package dev.elastigres.agent.monitor;

/// The monitor cannot be started or reached, or does not keep to the protocol. The message is one
/// clause for people.
public final class MonitorConnectionException extends Exception {
    private static final long serialVersionUID = 1;

    public MonitorConnectionException(String message) {
        super(message);
    }

    public MonitorConnectionException(String message, Throwable cause) {
        super(message, cause);
    }
}
