package dev.elastigres.harness;

/// A benchmark could not be run to its end. The message says in one line why.
public final class BenchException extends Exception {
    private static final long serialVersionUID = 1;

    public BenchException(String message) {
        super(message);
    }

    public BenchException(String message, Throwable cause) {
        super(message, cause);
    }
}
