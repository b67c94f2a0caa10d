package dev.elastigres.distribution;

/// A package, payload or image cannot be made. The message is a single clause, written for users.
public abstract sealed class PackException extends Exception {
    private static final long serialVersionUID = 1;

    private PackException(String message) {
        super(message);
    }

    private PackException(String message, Throwable cause) {
        super(message, cause);
    }

    /// A precondition is not met: the request must change, or something must be installed first.
    public static final class Refused extends PackException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    /// The attempt failed.
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
