package dev.elastigres.cli.bench;

/// A benchmark could not be run to its end. The message says in one line why.
final class BenchException extends Exception {
    private static final long serialVersionUID = 1;

    BenchException(String message) {
        super(message);
    }

    BenchException(String message, Throwable cause) {
        super(message, cause);
    }
}
