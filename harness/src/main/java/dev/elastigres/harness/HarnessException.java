package dev.elastigres.harness;

/// A benchmark could not be completed. The message gives the reason in one line.
public final class HarnessException extends Exception {
    private static final long serialVersionUID = 1;

    public HarnessException(String message) {
        super(message);
    }

    public HarnessException(String message, Throwable cause) {
        super(message, cause);
    }
}
