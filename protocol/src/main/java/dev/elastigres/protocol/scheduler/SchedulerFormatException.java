package dev.elastigres.protocol.scheduler;

/// Thrown for a document that does not follow the protocol. The message names the error.
public final class SchedulerFormatException extends Exception {
    private static final long serialVersionUID = 1;

    SchedulerFormatException(String message) {
        super(message);
    }
}
