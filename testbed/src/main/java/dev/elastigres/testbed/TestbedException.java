package dev.elastigres.testbed;

/// A temporary server could not reach the requested state. The message names the failure and quotes
/// the end of the log, if there is one.
public final class TestbedException extends Exception {
    private static final long serialVersionUID = 1;

    public TestbedException(String message) {
        super(message);
    }

    public TestbedException(String message, Throwable cause) {
        super(message, cause);
    }
}
