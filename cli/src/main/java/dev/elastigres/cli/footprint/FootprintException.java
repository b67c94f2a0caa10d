package dev.elastigres.cli.footprint;

/// The measurement cannot go on. The message is one clause for people.
public final class FootprintException extends Exception {
    private static final long serialVersionUID = 1;

    FootprintException(String message) {
        super(message);
    }

    FootprintException(String message, Throwable cause) {
        super(message, cause);
    }
}
