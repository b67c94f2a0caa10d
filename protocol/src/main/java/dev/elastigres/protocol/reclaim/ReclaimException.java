package dev.elastigres.protocol.reclaim;

/// Thrown for an invalid line. The message is one clause without any value from the line.
public final class ReclaimException extends Exception {
    private static final long serialVersionUID = 1;

    ReclaimException(String message) {
        super(message);
    }
}
