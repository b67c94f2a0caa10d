package dev.elastigres.kubernetes.node;

/// A request to the API server failed.
///
/// The subclasses differ in what the failure concerns. [MissingRight], [NotAuthenticated] and
/// [Unsupported] concern the agent, because they hold for every pod. [Rejected] concerns only the
/// object of the request.
public abstract sealed class ApiException extends Exception {
    private static final long serialVersionUID = 1;

    private ApiException(String message, Throwable cause) {
        super(message, cause);
    }

    private ApiException(String message) {
        super(message);
    }

    /// The cluster's authorizer denied the request to the agent's account (403).
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

    /// The API server does not have this resource or verb: it has another version, or a proxy does
    /// not forward the request.
    public static final class Unsupported extends ApiException {
        private static final long serialVersionUID = 1;

        Unsupported(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// The object does not exist.
    public static final class NotFound extends ApiException {
        private static final long serialVersionUID = 1;

        NotFound(String message) {
            super(message);
        }

        NotFound(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// The object's identity or version is not, or no longer, the expected one.
    public static final class Conflict extends ApiException {
        private static final long serialVersionUID = 1;

        Conflict(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// The API server rejected this change of this object and did not make it. It rejects the same
    /// change again until the rule changes or leaves room. The message is the API server's own.
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

    /// The API server is overloaded and did not process the request (429).
    public static final class Throttled extends ApiException {
        private static final long serialVersionUID = 1;

        Throttled(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// The API server did not answer, or answered that it is unavailable. Whether it processed the
    /// request is unknown.
    public static final class Unavailable extends ApiException {
        private static final long serialVersionUID = 1;

        Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
