package dev.elastigres.kubernetes.node;

/// The API server did not do what it was asked for.
///
/// The kinds differ in who can change it: [MissingRight], [NotAuthenticated] and [Unsupported] are
/// the agent's trouble, for they hold for every pod. [Rejected] is the trouble of the one object
/// that was to be changed.
public abstract sealed class ApiException extends Exception {
    private static final long serialVersionUID = 1;

    private ApiException(String message, Throwable cause) {
        super(message, cause);
    }

    private ApiException(String message) {
        super(message);
    }

    /// The cluster's authorizer says that the agent's account may not do this (403).
    public static final class MissingRight extends ApiException {
        private static final long serialVersionUID = 1;

        MissingRight(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// The API server does not accept the agent's credentials (401).
    public static final class NotAuthenticated extends ApiException {
        private static final long serialVersionUID = 1;

        NotAuthenticated(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// The API server does not have this resource or verb: it is of another version, or a proxy
    /// does not pass it on.
    public static final class Unsupported extends ApiException {
        private static final long serialVersionUID = 1;

        Unsupported(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// There is no such object.
    public static final class NotFound extends ApiException {
        private static final long serialVersionUID = 1;

        NotFound(String message) {
            super(message);
        }

        NotFound(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// The object is not, or no longer, the one that was meant.
    public static final class Conflict extends ApiException {
        private static final long serialVersionUID = 1;

        Conflict(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// This change of this object was rejected and not made: the same again is rejected again,
    /// until somebody changes the rule or makes room in it. The message is the API server's own.
    public static final class Rejected extends ApiException {
        private static final long serialVersionUID = 1;

        private final Rejection reason;

        Rejected(Rejection reason, String message, Throwable cause) {
            super(message, cause);
            this.reason = reason;
        }

        public Rejection reason() {
            return reason;
        }
    }

    /// The API server is too busy to take the request (429): it was not processed.
    public static final class Throttled extends ApiException {
        private static final long serialVersionUID = 1;

        Throttled(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// No answer, or that it cannot now. Whether it was done is not known.
    public static final class Unavailable extends ApiException {
        private static final long serialVersionUID = 1;

        Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
