package dev.elastigres.simulation.trace;

/// A text that is no trace. The message says where.
public final class TraceException extends Exception {
    private static final long serialVersionUID = 1;

    TraceException(String message) {
        super(message);
    }
}
