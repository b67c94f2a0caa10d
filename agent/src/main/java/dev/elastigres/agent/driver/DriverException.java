package dev.elastigres.agent.driver;

/// A VM could not be seen or changed.
public abstract sealed class DriverException extends Exception {
    private DriverException(String message, Throwable cause) {
        super(message, cause);
    }

    private DriverException(String message) {
        super(message);
    }

    /// There is no such VM any more, or not the one that was found.
    public static final class Gone extends DriverException {
        public Gone(String message) {
            super(message);
        }
    }

    /// It may work the next time.
    public static final class Failed extends DriverException {
        public Failed(String message) {
            super(message);
        }

        public Failed(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
