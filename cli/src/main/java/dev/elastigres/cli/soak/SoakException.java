package dev.elastigres.cli.soak;

/// The soak could not be run to its end. The message says in one line why.
final class SoakException extends Exception {
    private static final long serialVersionUID = 1;

    SoakException(String message) {
        super(message);
    }

    SoakException(String message, Throwable cause) {
        super(message, cause);
    }
}
