package dev.elastigres.kubernetes.node;

/// The API server did not do what it was asked for.
public abstract sealed class ApiException extends Exception {
    private static final long serialVersionUID = 1;

    private ApiException(String message, Throwable cause) {
        super(message, cause);
    }

    private ApiException(String message) {
        super(message);
    }

    /// A right is missing, which somebody may give.
    public static final class Forbidden extends ApiException {
        private static final long serialVersionUID = 1;

        Forbidden(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// There is no such object.
    public static final class Missing extends ApiException {
        private static final long serialVersionUID = 1;

        Missing(String message) {
            super(message);
        }

        Missing(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// The object is not, or no longer, the one that was meant.
    public static final class Outdated extends ApiException {
        private static final long serialVersionUID = 1;

        Outdated(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// It is not to be done: the same again would be refused again.
    public static final class Refused extends ApiException {
        private static final long serialVersionUID = 1;

        Refused(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// No answer, or that it cannot now. Whether it was done is not known.
    public static final class Away extends ApiException {
        private static final long serialVersionUID = 1;

        Away(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
