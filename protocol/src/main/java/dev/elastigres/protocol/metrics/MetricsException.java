package dev.elastigres.protocol.metrics;

/// Thrown for a page that is not in the format or lacks a required metric. The message states
/// where.
public final class MetricsException extends Exception {
    private static final long serialVersionUID = 1;

    MetricsException(String message) {
        super(message);
    }
}
