package dev.elastigres.simulation.trace;

/// Thrown for a text that is not a trace. The message states the position.
public final class TraceException extends Exception {
    private static final long serialVersionUID = 1;

    TraceException(String message) {
        super(message);
    }
}
