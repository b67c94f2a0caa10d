package dev.elastigres.protocol.scheduler;

/// A document that is not what the protocol says. The message names what is wrong.
public final class SchedulerFormatException extends Exception {
    private static final long serialVersionUID = 1;

    SchedulerFormatException(String message) {
        super(message);
    }
}
