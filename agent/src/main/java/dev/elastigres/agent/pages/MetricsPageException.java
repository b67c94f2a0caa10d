package dev.elastigres.agent.pages;

/// A metrics page cannot be read. The message names the page and the reason.
public final class MetricsPageException extends Exception {
    private static final long serialVersionUID = 1;

    public MetricsPageException(String message) {
        super(message);
    }

    public MetricsPageException(String message, Throwable cause) {
        super(message, cause);
    }
}
