package dev.elastigres.distribution;

/// The monitor cannot be packed. The message is one clause for people.
public abstract sealed class PackException extends Exception {
    private static final long serialVersionUID = 1;

    private PackException(String message) {
        super(message);
    }

    private PackException(String message, Throwable cause) {
        super(message, cause);
    }

    /// Something else has to be asked for, or installed first.
    public static final class Refused extends PackException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    /// It was tried, and did not work.
    public static final class Failed extends PackException {
        private static final long serialVersionUID = 1;

        Failed(String message) {
            super(message);
        }

        Failed(String message, Throwable cause) {
            super(message + ": " + cause.getMessage(), cause);
        }
    }
}
