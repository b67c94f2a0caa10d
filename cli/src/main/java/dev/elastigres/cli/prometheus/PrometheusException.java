package dev.elastigres.cli.prometheus;

/// Thrown when a Prometheus server cannot be asked or has no such series. The message states the
/// server, the query and what to do; it contains no credentials.
public final class PrometheusException extends Exception {
    private static final long serialVersionUID = 1;

    PrometheusException(String message) {
        super(message);
    }
}
