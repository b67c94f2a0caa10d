package dev.elastigres.agent.pages;

/// A metrics page that cannot be read. The message names it and says why.
public final class MetricsPageException extends Exception {
    private static final long serialVersionUID = 1;

    public MetricsPageException(String message) {
        super(message);
    }

    public MetricsPageException(String message, Throwable cause) {
        super(message, cause);
    }
}
