package dev.elastigres.testbed;

/// A throw-away server could not be brought to the state asked for. The message names what failed
/// and, where there is a log, quotes its end.
public final class TestbedException extends Exception {
    private static final long serialVersionUID = 1;

    public TestbedException(String message) {
        super(message);
    }

    public TestbedException(String message, Throwable cause) {
        super(message, cause);
    }
}
