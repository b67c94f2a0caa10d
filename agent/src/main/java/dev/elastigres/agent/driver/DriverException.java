package dev.elastigres.agent.driver;

/// The size of a VM could not be read or changed.
public abstract sealed class DriverException extends Exception {
    private static final long serialVersionUID = 1;

    private DriverException(String message, Throwable cause) {
        super(message, cause);
    }

    private DriverException(String message) {
        super(message);
    }

    /// The VM does not exist any more, or another one has taken its place.
    public static final class Gone extends DriverException {
        private static final long serialVersionUID = 1;

        public Gone(String message) {
            super(message);
        }
    }

    /// A service that the driver needs is unreachable; it may recover soon.
    public static final class Unavailable extends DriverException {
        private static final long serialVersionUID = 1;

        public Unavailable(String message) {
            super(message);
        }
    }

    /// The call failed; another attempt may succeed.
    public static final class Failed extends DriverException {
        private static final long serialVersionUID = 1;

        public Failed(String message) {
            super(message);
        }

        public Failed(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
