package dev.elastigres.agent.pages;

/// A metrics page that cannot be read. The message names it and says why.
public final class PageException extends Exception {
    private static final long serialVersionUID = 1;

    public PageException(String message) {
        super(message);
    }

    public PageException(String message, Throwable cause) {
        super(message, cause);
    }
}
