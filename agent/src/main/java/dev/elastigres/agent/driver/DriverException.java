package dev.elastigres.agent.driver;

/// A VM could not be seen or changed.
public abstract sealed class DriverException extends Exception {
    private static final long serialVersionUID = 1;

    private DriverException(String message, Throwable cause) {
        super(message, cause);
    }

    private DriverException(String message) {
        super(message);
    }

    /// There is no such VM any more, or not the one that was found.
    public static final class Gone extends DriverException {
        private static final long serialVersionUID = 1;

        public Gone(String message) {
            super(message);
        }
    }

    /// What the driver works with could not be reached. It may be there again soon.
    public static final class Unavailable extends DriverException {
        private static final long serialVersionUID = 1;

        public Unavailable(String message) {
            super(message);
        }
    }

    /// It may work the next time.
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
