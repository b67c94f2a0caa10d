package dev.elastigres.protocol.metrics;

/// A page that is not in the format, or that lacks what is looked for. The message says where.
public final class MetricsException extends Exception {
    private static final long serialVersionUID = 1;

    MetricsException(String message) {
        super(message);
    }
}
