package dev.elastigres.protocol.reclaim;

/// A line is not what it should be. The message is one clause without any value of it.
public final class ReclaimException extends Exception {
    private static final long serialVersionUID = 1;

    ReclaimException(String message) {
        super(message);
    }
}
